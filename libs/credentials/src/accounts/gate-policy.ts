import { type Bilingual } from '@app/kernel';
import { type AccountState } from './account.entity';
import { USER_MANAGEMENT_SET } from './permission-policy';

/** What the gate looks at. Null in `verifyType` or `accountStatus`, and kind `unknown`: INFO did not tell yet. */
export interface GatedAccount {
  readonly state: AccountState;
  readonly kind: string;
  readonly verifyType: number | null;
  readonly accountStatus: number | null;
  readonly setIds: readonly number[];
}

export type GateRefusal = 'revoked' | 'not_official_account' | 'set_missing' | 'not_verified' | 'bad_standing';

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
  if (account.state === 'incomplete') return closed('revoked', INCOMPLETE);
  if (account.kind !== 'official_account' && account.kind !== 'unknown')
    return closed('not_official_account', OTHER_KIND);
  if (!account.setIds.includes(USER_MANAGEMENT_SET)) return closed('set_missing', SET_MISSING);
  if (account.verifyType !== null && account.verifyType < 0) return closed('not_verified', NOT_VERIFIED);
  if (account.accountStatus !== null && !GOOD_STANDING.has(account.accountStatus)) {
    return closed('bad_standing', badStanding(account.accountStatus));
  }
  return { open: true };
}

function closed(because: GateRefusal, message: Bilingual): GateVerdict {
  return { open: false, because, message };
}

const REVOKED: Bilingual = {
  en: 'The merchant cancelled the authorization. Send a new invite; an administrator of the account must authorize again.',
  zh: '商户已取消授权。请发送新的授权邀请，由公众号管理员重新授权。',
};
const INCOMPLETE: Bilingual = {
  en: 'WeChat keeps no usable refresh token for this account. Send a new invite; an administrator of the account must authorize again.',
  zh: '微信侧没有该公众号可用的刷新令牌。请发送新的授权邀请，由公众号管理员重新授权。',
};
const OTHER_KIND: Bilingual = {
  en: 'This is not an Official Account, so it has no follower data. Authorize an Official Account instead.',
  zh: '该账号不是公众号，没有用户数据。请改为授权公众号。',
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
  const word = STANDING.get(status) ?? { en: `in state ${status}`, zh: `处于状态 ${status}` };
  return {
    en: `The account is ${word.en} at WeChat. The merchant must restore it at mp.weixin.qq.com.`,
    zh: `该公众号${word.zh}。请商户在 mp.weixin.qq.com 恢复账号。`,
  };
}
