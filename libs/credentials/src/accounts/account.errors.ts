import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function accountNotFound(): AppError {
  return new AppError('not_found', 'account_not_found', {
    message: { en: 'There is no such account.', zh: '没有这个公众号。' },
  });
}

/** WeChat gives no token for the account any more; only its administrator can change that. */
export function authorizationLost(cause?: unknown): AppError {
  return new AppError('denied', 'authorization_lost', {
    ...(cause === undefined ? {} : { cause }),
    message: {
      en: 'The authorization of this account is gone. Send a new invite; its administrator must authorize again.',
      zh: '该公众号的授权已失效。请发送新的授权邀请，由公众号管理员重新授权。',
    },
  });
}
