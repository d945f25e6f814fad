import { type AppError, type Bilingual } from '@app/kernel';
import { type ConnectOutcome } from '@app/credentials';
import { BOUND_ENDS, endingOfBound } from './bound-ending';
import { joined, type Ending } from './ending-text';

const NEW_INVITE: Bilingual = { en: 'Ask for a new invite.', zh: '请联系服务商索取新的授权邀请。' };
const OPEN_AGAIN: Bilingual = { en: 'Open the invite’s link again.', zh: '请重新打开授权邀请链接。' };

/** The merchant came back from WeChat without a code. */
export const CANCELLED: Ending = {
  kind: 'cancelled',
  status: 400,
  tone: 'warning',
  title: { en: 'Nothing was authorized', zh: '未完成授权' },
  text: joined(
    { en: 'WeChat sent no authorization: it was probably cancelled.', zh: '微信未返回授权结果，可能已取消授权。' },
    OPEN_AGAIN,
  ),
};

const BY_CODE: Readonly<Record<string, Omit<Ending, 'kind'>>> = {
  invite_unknown: {
    status: 404,
    tone: 'bad',
    title: { en: 'There is no such invite', zh: '授权邀请不存在' },
    text: joined({ en: 'The link is not complete or was never given out.', zh: '链接不完整或从未发放。' }, NEW_INVITE),
  },
  invite_used: {
    status: 410,
    tone: 'warning',
    title: { en: 'This invite was used already', zh: '授权邀请已使用' },
    text: joined({ en: 'Each invite connects one account.', zh: '每个授权邀请只能接入一个公众号。' }, NEW_INVITE),
  },
  invite_expired: {
    status: 410,
    tone: 'warning',
    title: { en: 'This invite has expired', zh: '授权邀请已过期' },
    text: NEW_INVITE,
  },
  ...BOUND_ENDS,
  authorization_code_invalid: {
    status: 400,
    tone: 'bad',
    title: { en: 'WeChat does not know this authorization', zh: '微信不认识本次授权' },
    text: joined(
      {
        en: 'The authorization code is wrong or belongs to another platform.',
        zh: '授权码有误，或属于其他第三方平台。',
      },
      OPEN_AGAIN,
    ),
  },
  authorization_code_expired: {
    status: 410,
    tone: 'warning',
    title: { en: 'The authorization has run out', zh: '授权码已失效' },
    text: joined(
      { en: 'Its code was used already or is over an hour old.', zh: '授权码已被使用，或已超过 1 小时。' },
      OPEN_AGAIN,
    ),
  },
  mini_program_not_supported: {
    status: 400,
    tone: 'bad',
    title: { en: 'Only Official Accounts can be connected', zh: '仅支持接入公众号' },
    text: joined(
      {
        en: 'What was authorized is a mini program or another kind of account.',
        zh: '本次授权的是小程序或其他类型的账号。',
      },
      {
        en: 'Open the invite’s link again and choose an Official Account.',
        zh: '请重新打开授权邀请链接并选择公众号。',
      },
    ),
  },
};

const LATER: Omit<Ending, 'kind'> = {
  status: 503,
  retryAfterSeconds: 60,
  tone: 'warning',
  title: { en: 'Please try again in a minute', zh: '请稍后重试' },
  text: {
    en: 'WeChat or our service cannot be reached at the moment. Reload this page in a minute; if that does not help, open the invite’s link again.',
    zh: '微信或本服务暂时无法访问。请一分钟后刷新本页；若仍未成功，请重新打开授权邀请链接。',
  },
};
const REFUSED: Omit<Ending, 'kind'> = {
  status: 400,
  tone: 'bad',
  title: { en: 'This authorization was refused', zh: '授权未被接受' },
  text: OPEN_AGAIN,
};

const INPUT_KINDS: ReadonlySet<string> = new Set(['invalid', 'denied', 'not_found', 'conflict']);

export function endingOfError(error: AppError): Ending {
  const known = BY_CODE[error.code];
  if (known) return { kind: error.code, ...known };
  if (error.code === 'invite_busy') return busy(error);
  if (!INPUT_KINDS.has(error.kind)) return { kind: 'try_later', ...LATER };
  return { kind: 'refused', ...REFUSED, text: error.text ? joined(error.text, OPEN_AGAIN) : REFUSED.text };
}

/** The link was used more often than an invite may cost. */
function busy({ code, text, detail }: AppError): Ending {
  const { retryAfterSeconds } = detail;
  return {
    kind: code,
    status: 429,
    tone: 'warning',
    title: { en: 'This invite was used too often', zh: '操作过于频繁' },
    text: text ?? LATER.text,
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : LATER.retryAfterSeconds,
  };
}

export function endingOfOutcome(outcome: ConnectOutcome): Ending {
  const { accountName, merchantName, gate } = outcome;
  const ofBound = endingOfBound(outcome);
  if (ofBound) return ofBound;
  if (outcome.ownedByOther) {
    return {
      kind: 'owned_by_other_merchant',
      status: 409,
      tone: 'warning',
      title: { en: 'This account belongs to somebody else here', zh: '该公众号已归属其他商户' },
      text: {
        en: `${accountName} was connected before and stays where it is. To move it to ${merchantName}, talk to your service provider.`,
        zh: `${accountName} 此前已接入并保持原归属。如需转移到 ${merchantName}，请联系服务商。`,
      },
    };
  }
  const done: Bilingual = {
    en: `${accountName} is now connected for ${merchantName}.`,
    zh: `${accountName} 已为 ${merchantName} 接入成功。`,
  };
  if (gate.open) {
    const granted = {
      en: 'User management (set 2) was granted. You may close this page.',
      zh: '已授予“用户管理”权限(权限集 2)，可以关闭本页。',
    };
    return {
      kind: 'connected',
      status: 200,
      tone: 'good',
      title: { en: 'Connected', zh: '授权成功' },
      text: joined(done, granted),
    };
  }
  return {
    kind: outcome.setGranted ? 'connected_but_closed' : 'connected_without_set',
    status: 200,
    tone: 'warning',
    title: outcome.setGranted
      ? { en: 'Connected, but data cannot be fetched yet', zh: '授权成功，但暂时无法获取数据' }
      : { en: 'Connected, but one permission is missing', zh: '授权成功，但缺少一项权限' },
    text: outcome.setGranted ? joined(done, gate.message) : joined(done, ASK_AGAIN),
  };
}

/** Said to the merchant, whose invite is used now. */
const ASK_AGAIN: Bilingual = {
  en: 'User management (permission set 2) was not granted, so no numbers can be fetched. Ask your service provider for a new invite, authorize again and leave that permission ticked.',
  zh: '本次未授予“用户管理”权限（权限集 2），因此无法获取数据。请联系服务商获取新的邀请链接，重新授权并保留该权限的勾选。',
};
