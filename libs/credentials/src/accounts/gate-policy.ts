import { type Bilingual } from '@app/kernel';
import { type AccountState, type IncompleteBecause } from './account.entity';
import { USER_MANAGEMENT_SET } from './permission-policy';

/** What the gate looks at. Null in `verifyType` or `accountStatus`, and kind `unknown`: INFO did not tell yet. */
export interface GatedAccount {
  readonly state: AccountState;
  /** Why the state is `incomplete`; null: no refresh token was ever told. */
  readonly incompleteBecause: IncompleteBecause | null;
  readonly kind: string;
  readonly verifyType: number | null;
  readonly accountStatus: number | null;
  readonly setIds: readonly number[];
  /** WeChat's push of a cancellation is stored, and not worked off yet. */
  readonly isCancelReported?: boolean;
}

export const GATE_REFUSALS = [
  'revoked',
  'never_exchanged',
  'token_checking',
  'token_refused',
  'cancel_reported',
  'not_official_account',
  'not_read',
  'set_missing',
  'not_verified',
  'bad_standing',
] as const;
export type GateRefusal = (typeof GATE_REFUSALS)[number];

export type GateVerdict =
  { readonly open: true } | { readonly open: false; readonly because: GateRefusal; readonly message: Bilingual };

/** account_status: 1 normal, 18 warned (works on), 14 cancelled, 16 banned, 19 frozen. */
const GOOD_STANDING: ReadonlySet<number> = new Set([1, 18]);
const STANDING: ReadonlyMap<number, Bilingual> = new Map([
  [14, { en: 'cancelled', zh: '已注销' }],
  [16, { en: 'banned', zh: '已封禁' }],
  [19, { en: 'frozen', zh: '已冻结' }],
]);

/**
 * May we call the datacube for this account? The first condition that fails is named, with what the merchant must do.
 * What is not known does not close the gate: WeChat decides live (48001, 61007), and INFO is read again.
 */
export function gateVerdict(account: GatedAccount): GateVerdict {
  if (account.state === 'revoked') return closed('revoked', REVOKED);
  if (account.state === 'incomplete') return incomplete(account.incompleteBecause);
  if (account.isCancelReported === true) return closed('cancel_reported', CANCEL_REPORTED);
  if (account.kind !== 'official_account' && account.kind !== 'unknown')
    return closed('not_official_account', OTHER_KIND);
  if (account.kind === 'unknown' && account.setIds.length === 0) return closed('not_read', NOT_READ);
  if (!account.setIds.includes(USER_MANAGEMENT_SET)) return closed('set_missing', SET_MISSING);
  if (account.verifyType !== null && account.verifyType < 0) return closed('not_verified', NOT_VERIFIED);
  if (account.accountStatus !== null && !GOOD_STANDING.has(account.accountStatus)) {
    return closed('bad_standing', badStanding(account.accountStatus));
  }
  return { open: true };
}

function incomplete(because: IncompleteBecause | null): GateVerdict {
  switch (because) {
    case null:
      return closed('never_exchanged', NEVER_EXCHANGED);
    case 'token_checking':
      return closed('token_checking', TOKEN_CHECKING);
    case 'token_refused':
      return closed('token_refused', TOKEN_REFUSED);
  }
}

function closed(because: GateRefusal, message: Bilingual): GateVerdict {
  return { open: false, because, message };
}

const REVOKED: Bilingual = {
  en: 'The merchant cancelled the authorization. Send a new invite; an administrator of the account must authorize again.',
  zh: '商户已取消授权。请发送新的授权邀请，由公众号管理员重新授权。',
};
const NEVER_EXCHANGED: Bilingual = {
  en: 'The merchant authorized, but the authorization code never reached the gateway, so WeChat gives no refresh token. Send a new invite; an administrator of the account must authorize again.',
  zh: '商户已授权，但网关未收到授权码，微信因此不提供刷新令牌。请发送新的授权邀请，由公众号管理员重新授权。',
};
const TOKEN_CHECKING: Bilingual = {
  en: 'WeChat refuses the refresh token of this account. The gateway is reading WeChat’s list for another; nothing to do for the merchant yet.',
  zh: '微信拒绝了该公众号的刷新令牌，网关正在从微信的授权列表中查找新的令牌；商户暂时无需操作。',
};
const TOKEN_REFUSED: Bilingual = {
  en: 'WeChat refuses the refresh token of this account and names no other. Send a new invite; an administrator of the account must authorize again.',
  zh: '微信拒绝了该公众号的刷新令牌，且没有提供新的令牌。请发送新的授权邀请，由公众号管理员重新授权。',
};
const CANCEL_REPORTED: Bilingual = {
  en: 'WeChat reported that the merchant cancelled the authorization, and the gateway is checking it. No call is made meanwhile; nothing to do for the merchant yet.',
  zh: '微信通知商户已取消授权，网关正在核实，期间不会发起调用；商户暂时无需操作。',
};
const OTHER_KIND: Bilingual = {
  en: 'This is not an Official Account, so it has no follower data. Authorize an Official Account instead.',
  zh: '该账号不是公众号，没有用户数据。请改为授权公众号。',
};
const NOT_READ: Bilingual = {
  en: 'WeChat has not told yet what the merchant granted for this account. The gateway asks again by itself; nothing to do for the merchant.',
  zh: '微信尚未告知商户为该公众号授予了哪些权限，网关会自动再次查询；商户无需操作。',
};
const SET_MISSING: Bilingual = {
  en: 'The user management permission set (id 2) is not granted. Ask the merchant to authorize again and to leave it ticked.',
  zh: '未授予“用户管理”权限集(id 为 2)。请商户重新授权并勾选该权限。',
};
const NOT_VERIFIED: Bilingual = {
  en: 'The account is not verified by WeChat, and only verified accounts have follower data. The merchant can apply for verification at mp.weixin.qq.com.',
  zh: '该公众号未通过微信认证，仅已认证的公众号可获取用户数据。商户可在 mp.weixin.qq.com 申请微信认证。',
};

function badStanding(status: number): Bilingual {
  const word = STANDING.get(status);
  if (word === undefined) {
    return {
      en: `WeChat reports account status ${status}, which it does not document. The merchant must look for notices at mp.weixin.qq.com; the gateway reads the status again every day.`,
      zh: `微信返回的账号状态为 ${status}，官方文档未说明其含义。请商户登录 mp.weixin.qq.com 查看站内通知；网关每天会重新读取状态。`,
    };
  }
  return {
    en: `The account is ${word.en} at WeChat. The merchant must restore it at mp.weixin.qq.com.`,
    zh: `该公众号${word.zh}。请商户在 mp.weixin.qq.com 恢复账号。`,
  };
}
