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

export function rereadTooSoon(until: Date): AppError {
  return new AppError('limited', 'reread_too_soon', {
    message: {
      en: 'This account was read a moment ago; WeChat may be asked again after the time in until.',
      zh: '刚刚已读取过该公众号，请在 until 所示时间之后再试。',
    },
    detail: { until: until.toISOString() },
  });
}

export function accountOwned(): AppError {
  return new AppError('conflict', 'account_owned', {
    message: {
      en: 'The account belongs to a merchant already, and an account keeps its first owner.',
      zh: '该公众号已属于某个商户；公众号一经归属不可更改。',
    },
  });
}

export function merchantOfOtherProvider(): AppError {
  return new AppError('conflict', 'merchant_of_other_provider', {
    message: {
      en: 'The merchant belongs to another provider than the account’s platform.',
      zh: '该商户与公众号所在的第三方平台不属于同一服务商。',
    },
  });
}
