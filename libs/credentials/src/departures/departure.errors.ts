import { AppError } from '@app/kernel';

/** Also the outcome of a push about such an account. */
export const MERCHANT_LEFT = 'merchant_left';

export function merchantLeft(): AppError {
  return new AppError('denied', MERCHANT_LEFT, {
    message: {
      en: 'The merchant of this account left and its data was removed; only a new invite brings the account back.',
      zh: '该公众号所属商户已离开，数据已清除；须通过新的邀请重新授权。',
    },
  });
}

/** It will be gone in a moment: what is stored now would go along. */
export function purgeUnderWay(): AppError {
  return new AppError('unavailable', 'purge_under_way', {
    message: {
      en: 'The account’s earlier data is just being removed; try again in a few minutes.',
      zh: '该公众号的原有数据正在清除，请几分钟后再试。',
    },
  });
}
