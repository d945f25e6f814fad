import { AppError } from '@app/kernel';
import { type ClaimVerdict } from './idempotency-policy';

const RETRY_SECONDS = 1;

/** The key was used for something else: by the same caller, on the same route. */
export function idempotencyKeyReused(): AppError {
  return new AppError('invalid', 'idempotency_key_reused', {
    message: {
      en: 'This Idempotency-Key was used for another request, or with other rights. Use a new key for a new request.',
      zh: '此 Idempotency-Key 已用于其他请求，或当时的权限不同。新的请求请使用新的键。',
    },
  });
}

export function idempotencyKeyInUse(): AppError {
  return new AppError('conflict', 'idempotency_key_in_use', {
    message: {
      en: 'The first request with this Idempotency-Key is still running; try again shortly.',
      zh: '使用此 Idempotency-Key 的首个请求仍在处理中，请稍后重试。',
    },
    detail: { retryAfterSeconds: RETRY_SECONDS },
  });
}

export function idempotencyAnswerLost(): AppError {
  return new AppError('conflict', 'idempotency_answer_lost', {
    message: {
      en: 'The first request did its work, but its answer was lost. Look at what there is before you send it with a new key.',
      zh: '首个请求已完成操作，但其响应已丢失。请先查看现有数据，再决定是否用新的键重新发送。',
    },
  });
}

export function claimRefused({ because }: Extract<ClaimVerdict, { act: 'refuse' }>): AppError {
  switch (because) {
    case 'other_request':
      return idempotencyKeyReused();
    case 'running':
      return idempotencyKeyInUse();
    case 'answer_lost':
      return idempotencyAnswerLost();
  }
}
