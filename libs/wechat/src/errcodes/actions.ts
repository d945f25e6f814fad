type Pair = readonly [en: string, zh: string];

/** Next actions that several codes share. */
export const REPORT_BUG: Pair = [
  'This is a fault in the gateway, not in your settings. Report it with the errcode and the rid.',
  '这是网关自身的缺陷，与您的配置无关。请附上错误码和 rid 反馈给我们。',
];
export const CORRECT_REQUEST: Pair = [
  'Correct the request before sending it again; repeating it unchanged fails again.',
  '请先修正请求再发送；原样重试仍会失败。',
];
export const REFRESH_TOKEN: Pair = [
  'Nothing to do: the gateway fetches a fresh token and repeats the call once.',
  '无需处理：网关会换取新的令牌并重试一次。',
];
export const AUTHORIZE_AGAIN: Pair = [
  'Send the merchant a new invite; an administrator of the account must authorize again.',
  '请向商户发送新的授权邀请，由公众号管理员重新授权。',
];
export const GRANT_USER_MANAGEMENT: Pair = [
  'Ask the merchant to update the authorization and to tick the user management permission set (id 2).',
  '请商户更新授权，并勾选“用户管理”权限集（id 为 2）。',
];
export const ALLOW_IP: Pair = [
  'Add the gateway’s egress IP address to the platform’s white list in the Open Platform console.',
  '请在微信开放平台控制台中，将网关的出口 IP 加入该第三方平台的 IP 白名单。',
];
export const AWAIT_TICKET: Pair = [
  'The gateway asks WeChat to push again; wait up to 10 minutes. If no ticket arrives, check the event URL, the callback token and EncodingAESKey.',
  '网关会请求微信重新推送，请等待至多 10 分钟。若仍未收到 ticket，请检查授权事件接收 URL、消息校验 Token 和 EncodingAESKey。',
];
export const CHECK_ACCOUNT: Pair = [
  'The merchant must log in to mp.weixin.qq.com, read the notices and restore the account.',
  '请商户登录 mp.weixin.qq.com 查看站内通知，并恢复公众号的正常状态。',
];
export const CHECK_PLATFORM: Pair = [
  'Check the third-party platform’s type, status and appid in the Open Platform console.',
  '请在微信开放平台控制台中核对第三方平台的类型、状态和 AppID。',
];
export const CONFIRM_IN_CONSOLE: Pair = [
  'An administrator must answer the confirmation that WeChat sent; then the call works again.',
  '请管理员处理微信发出的确认消息，确认后即可恢复调用。',
];
