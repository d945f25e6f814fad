import { AppError, type Bilingual } from '@app/kernel';
import { isRecord } from '../record';
import { type WechatCall } from './wechat-call';

export type TransportFault =
  'timeout' | 'aborted' | 'unreachable' | 'http_status' | 'not_json' | 'answer_too_large' | 'answer_invalid';

const TEXT: Readonly<Record<TransportFault, Bilingual>> = {
  timeout: { en: 'WeChat did not answer in time.', zh: '微信未在限定时间内应答。' },
  aborted: { en: 'The call to WeChat was given up by the gateway.', zh: '网关放弃了本次对微信的调用。' },
  unreachable: { en: 'WeChat could not be reached.', zh: '无法连接到微信。' },
  http_status: { en: 'WeChat answered with an HTTP error.', zh: '微信返回了 HTTP 错误。' },
  not_json: { en: 'WeChat’s answer is not JSON.', zh: '微信的应答不是 JSON。' },
  answer_too_large: { en: 'WeChat’s answer is too large.', zh: '微信的应答超过大小上限。' },
  answer_invalid: { en: 'WeChat’s answer lacks what it must hold.', zh: '微信的应答缺少必要内容。' },
};

/**
 * WeChat gave no usable answer; whether it acted on the call is not known. Kind `upstream`, code `wechat_<fault>`,
 * detail `{call}` and, where there is one, `{status}` (HTTP) or `{field}` (of the answer).
 */
export class WechatTransportError extends AppError {
  constructor(
    readonly fault: TransportFault,
    readonly call: WechatCall,
    options: { readonly cause?: unknown; readonly detail?: { readonly status?: number; readonly field?: string } } = {},
  ) {
    super('upstream', `wechat_${fault}`, {
      message: TEXT[fault],
      detail: { call, ...options.detail },
      ...(options.cause === undefined ? {} : { cause: sanitized(options.cause) }),
    });
    this.name = 'WechatTransportError';
  }
}

/** Name and code of a low-level error. The rest may hold the URL (with a token) or a piece of the answer. */
function sanitized(error: unknown): Error {
  const { name, code } = isRecord(error) ? error : {};
  const cause = new Error(typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no code');
  if (typeof name === 'string' && /^[A-Za-z]{1,60}$/.test(name)) cause.name = name;
  return cause;
}
