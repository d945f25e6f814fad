export {
  type AuthorizationEvent,
  type GrantEvent,
  type OtherEvent,
  readAuthorizationEvent,
  type RevokeEvent,
  type TicketEvent,
} from './callback/authorization-event';
export { CallbackError, type CallbackRefusal } from './callback/callback-error';
export { type FlatXmlOptions, parseFlatXml, type XmlFault } from './callback/flat-xml';
export { isEncodingAesKey } from './callback/message-cipher';
export { type CallbackKeys, type CallbackQuery, openCallback, type OpenedCallback } from './callback/open-callback';
export { type Reply, type SealedReply, sealReply } from './callback/seal-reply';
export { type AccountKind, type AccountProfile, type ConfirmInfo, type GrantedSet } from './client/account-profile';
export { type IssuedToken } from './client/answer';
export { type Quota, type RateLimit } from './client/quota';
export { type CallReport, type WechatClientOptions } from './client/transport';
export { type TransportFault, WechatTransportError } from './client/transport-error';
export { WECHAT_CALLS, type WechatCall } from './client/wechat-call';
export {
  type AuthorizerInfoAnswer,
  type AuthorizerListAnswer,
  type ListedAccount,
  type QueryAuthAnswer,
  type RefreshAnswer,
  WechatClient,
} from './client/wechat-client';
export { WechatApiError } from './client/wechat-error';
export {
  type CumulateAnswer,
  type CumulateRow,
  type DayWindow,
  readCumulate,
  type UnclearReason,
  type UnclearRow,
} from './datacube/cumulate';
export { DATACUBE, latestDay } from './datacube/datacube';
export {
  type CallSide,
  type CatalogueEntry,
  type ErrcodeClass,
  type ErrcodeEntry,
  type ErrcodePause,
} from './errcodes/errcode';
export { ERRCODES, explainErrcode } from './errcodes/explain-errcode';
export {
  authorizationLink,
  type AuthorizationLinkRequest,
  type PageOrigins,
  WECHAT_PAGE_ORIGINS,
} from './authorization-link';
