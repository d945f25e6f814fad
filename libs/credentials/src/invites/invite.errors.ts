import { AppError, type Bilingual } from '@app/kernel';
import { type InviteEnd } from './invite-policy';

export function inviteUnknown(): AppError {
  return new AppError('not_found', 'invite_unknown', {
    message: { en: 'This invite does not exist. Ask for a new one.', zh: '该授权邀请不存在，请索取新的邀请。' },
  });
}

const ENDED: Readonly<Record<InviteEnd, Bilingual>> = {
  used: { en: 'This invite was used already. Ask for a new one.', zh: '该授权邀请已使用，请索取新的邀请。' },
  expired: { en: 'This invite has expired. Ask for a new one.', zh: '该授权邀请已过期，请索取新的邀请。' },
  fulfilled: { en: 'The account grants all that was asked for.', zh: '该公众号已授予所需的全部权限。' },
  replaced: { en: 'A newer link was issued; this one ended.', zh: '已签发新的链接，本链接已失效。' },
  closed: { en: 'The campaign was closed, and its links with it.', zh: '本次重新授权活动已关闭，链接已失效。' },
};

/** `invite_used`, `invite_expired`, `invite_fulfilled`, `invite_replaced` or `invite_closed`. */
export function inviteClosed(because: InviteEnd): AppError {
  return new AppError('conflict', `invite_${because}`, { message: ENDED[because] });
}

/** Who holds the link spends the platform's quota at WeChat: how often is bounded. */
export function inviteBusy(until: Date, now: Date): AppError {
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000));
  return new AppError('limited', 'invite_busy', {
    message: {
      en: `This invite was used very often within a short time. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      zh: `该授权邀请短时间内使用过于频繁，请 ${minutes} 分钟后再试。`,
    },
    detail: { until: until.toISOString(), retryAfterSeconds: minutes * 60 },
  });
}

export function platformRequired(): AppError {
  return new AppError('invalid', 'platform_required', {
    message: {
      en: 'Name the platform: the merchant’s provider has several, or none yet.',
      zh: '该服务商有多个第三方平台或尚未登记，请指明 platform。',
    },
  });
}
