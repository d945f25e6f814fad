import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function merchantNotFound(): AppError {
  return new AppError('not_found', 'merchant_not_found', {
    message: { en: 'There is no such merchant.', zh: '没有这个商户。' },
  });
}
