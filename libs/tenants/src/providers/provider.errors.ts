import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function providerNotFound(): AppError {
  return new AppError('not_found', 'provider_not_found', {
    message: { en: 'There is no such provider.', zh: '没有这个服务商。' },
  });
}
