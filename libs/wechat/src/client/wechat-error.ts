import { AppError, type ErrorKind } from '@app/kernel';
import { type CallSide, type ErrcodeClass } from '../errcodes/errcode';
import { explainErrcode } from '../errcodes/explain-errcode';
import { readRid } from '../rid';
import { type WechatCall } from './wechat-call';

const KIND: Readonly<Record<ErrcodeClass, ErrorKind>> = {
  retry_soon: 'upstream',
  refresh_credential: 'upstream',
  wait_for_data: 'unavailable',
  quota_wait: 'limited',
  permission_lost: 'denied',
  authorization_revoked: 'denied',
  platform_misconfigured: 'unavailable',
  caller_error: 'invalid',
  unknown: 'upstream',
};
const ERRMSG_LIMIT = 200;
/** Longer than an appid (18) or a rid (26), shorter than any token, ticket or code. */
const TOKEN_LIKE = /[A-Za-z0-9_@-]{30,}/g;

/**
 * WeChat answered an errcode other than 0. Code `wechat_<errcode>`; kind by class; text from the catalogue; detail
 * `{call, errcode, class, rid, errmsg}`, where errmsg has everything that looks like a token taken out.
 */
export class WechatApiError extends AppError {
  readonly rid: string | null;
  readonly errcodeClass: ErrcodeClass;

  constructor(
    readonly call: WechatCall,
    on: CallSide,
    readonly errcode: number,
    errmsg: unknown,
  ) {
    const { class: errcodeClass, meaning, action } = explainErrcode(errcode, on);
    const rid = readRid(errmsg);
    super(KIND[errcodeClass], `wechat_${errcode}`, {
      message: { en: `${meaning.en} ${action.en}`, zh: `${meaning.zh}${action.zh}` },
      detail: { call, errcode, class: errcodeClass, rid, errmsg: scrub(errmsg) },
    });
    this.name = 'WechatApiError';
    this.rid = rid;
    this.errcodeClass = errcodeClass;
  }
}

/** errmsg tells people things the errcode does not, e.g. which IP address was refused. */
function scrub(errmsg: unknown): string {
  return typeof errmsg === 'string' ? errmsg.replace(TOKEN_LIKE, '[removed]').slice(0, ERRMSG_LIMIT) : '';
}
