import { AppError } from '@app/kernel';
import { type CancelVerdict } from './purge-policy';

/** The same for a foreign id and for one that never existed. */
export function purgeNotFound(): AppError {
  return new AppError('not_found', 'purge_not_found', {
    message: { en: 'There is no such purge.', zh: '没有这项清除。' },
  });
}

export function purgeNotConfirmed(): AppError {
  return new AppError('invalid', 'purge_not_confirmed', {
    message: {
      en: 'confirm must be the exact name of the merchant that is to be removed.',
      zh: 'confirm 须与要清除的商户名称完全一致。',
    },
  });
}

export function purgeOpen(): AppError {
  return new AppError('conflict', 'purge_open', {
    message: { en: 'This merchant is being removed already.', zh: '该商户的清除已在进行。' },
  });
}

export function purgeRefused(because: Extract<CancelVerdict, { allowed: false }>['because']): AppError {
  return new AppError('conflict', because, {
    message: {
      en: 'The removal has begun and cannot be taken back.',
      zh: '清除已经开始，无法撤回。',
    },
  });
}

/** Another process carries the purge out. */
export function purgeLost(): AppError {
  return new AppError('conflict', 'purge_lost');
}
