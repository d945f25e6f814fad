import { type Bilingual, type ErrorKind } from '@app/kernel';

/** The title of a problem: one per kind. */
export const TITLES: Readonly<Record<ErrorKind, Bilingual>> = {
  invalid: { en: 'The request is not valid', zh: '请求不合规' },
  unauthenticated: { en: 'Login required', zh: '需要登录' },
  not_found: { en: 'Not found', zh: '未找到' },
  conflict: { en: 'Conflict with the current state', zh: '与当前状态冲突' },
  denied: { en: 'Not allowed', zh: '无权操作' },
  limited: { en: 'Too many requests', zh: '请求过多' },
  upstream: { en: 'WeChat did not answer as expected', zh: '微信返回异常' },
  unavailable: { en: 'Temporarily unavailable', zh: '暂时不可用' },
  bug: { en: 'Something went wrong on our side', zh: '服务内部错误' },
};

/** What to tell a person about codes whose error brings no text of its own. */
export const TEXTS: Readonly<Record<string, Bilingual>> = {
  body_malformed: { en: 'The body is not valid JSON.', zh: '请求体不是合法的 JSON。' },
  body_too_large: { en: 'The body is larger than 1 MB.', zh: '请求体超过 1 MB。' },
  internal_error: {
    en: 'The error is logged; name the request id when you ask about it.',
    zh: '错误已记录，咨询时请提供请求编号。',
  },
  login_required: { en: 'Log in first.', zh: '请先登录。' },
  media_type_unsupported: { en: 'Send the body as application/json.', zh: '请以 application/json 发送请求体。' },
  not_allowed: { en: 'None of your roles allows this.', zh: '您的角色无权执行此操作。' },
  origin_refused: { en: 'The request comes from another site.', zh: '请求来自其他站点，已拒绝。' },
  request_malformed: { en: 'The request cannot be read.', zh: '无法解析该请求。' },
  route_not_found: { en: 'There is no such address here.', zh: '此地址不存在。' },
  shutting_down: { en: 'This process is about to end; try again.', zh: '服务正在重启，请重试。' },
  validation_failed: { en: 'Some fields are not as they must be; see errors.', zh: '部分字段不合规，详见 errors。' },
};
