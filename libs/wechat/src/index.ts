export {
  type AuthorizationEvent,
  type GrantEvent,
  readAuthorizationEvent,
  type RevokeEvent,
} from './callback/authorization-event';
export { CallbackError } from './callback/callback-error';
export { parseFlatXml } from './callback/flat-xml';
export { isEncodingAesKey } from './callback/message-cipher';
export { sealPush } from './callback/seal-push';
export { type CallbackKeys, type CallbackQuery, openCallback, type OpenedCallback } from './callback/open-callback';
export { sealReply } from './callback/seal-reply';
export { textReplyXml } from './callback/text-reply';
export { type AccountProfile, type GrantedSet } from './client/account-profile';
export { type CallReport } from './client/transport';
export { WechatTransportError } from './client/transport-error';
export { type WechatCall } from './client/wechat-call';
export {
  type AuthorizerInfoAnswer,
  type ListedAccount,
  type QueryAuthAnswer,
  type TicketPushState,
  WechatClient,
} from './client/wechat-client';
export { WechatApiError } from './client/wechat-error';
export { readCumulate, type CumulateAnswer } from './datacube/cumulate';
export { DATACUBE, latestDay } from './datacube/datacube';
export { type ErrcodePause } from './errcodes/errcode';
export { explainErrcode } from './errcodes/explain-errcode';
export { authorizationLink, type PageOrigins, WECHAT_PAGE_ORIGINS } from './authorization-link';
export { isReleaseCheckAccount } from './release-check/release-check-accounts';
export { releaseCheckVerdict, type ReleaseCheckRequest } from './release-check/release-check-policy';
export { permissionSetName } from './permission-sets';
