import { AppError } from '@app/kernel';
import { LIVE_KEYS, type KeyVerdict } from './api-key-policy';

/** The same for a foreign id and for one that never existed. */
export function apiKeyNotFound(): AppError {
  return new AppError('not_found', 'api_key_not_found', {
    message: { en: 'There is no such API key.', zh: '没有这个 API 密钥。' },
  });
}

/** Unknown, expired and revoked look alike: who holds a wrong key learns nothing of others. */
export function apiKeyInvalid(): AppError {
  return new AppError('unauthenticated', 'api_key_invalid', {
    message: { en: 'The API key is unknown, expired or revoked.', zh: 'API 密钥不存在、已过期或已撤销。' },
  });
}

export function keyRefused(verdict: Extract<KeyVerdict, { allowed: false }>): AppError {
  switch (verdict.because) {
    case 'expiry_invalid':
      return new AppError('invalid', verdict.because, {
        message: { en: 'expiresAt must be in the future, within ten years.', zh: 'expiresAt 须为未来十年内的时间。' },
      });
    case 'too_many_keys':
      return new AppError('conflict', verdict.because, {
        message: {
          en: `There are ${LIVE_KEYS} keys that hold already: revoke one first.`,
          zh: `有效密钥已达 ${LIVE_KEYS} 个，请先撤销一个。`,
        },
      });
    case 'scope_not_grantable': {
      const scopes = verdict.scopes.join(', ');
      return new AppError('denied', verdict.because, {
        message: {
          en: `You cannot give this key: ${scopes}. A key may do no more than you, and single accounts have fewer scopes.`,
          zh: `无法授予该密钥：${scopes}。密钥权限不得超出您自己的权限，且限定公众号的密钥可用权限较少。`,
        },
        detail: { scopes: verdict.scopes },
      });
    }
  }
}

export function keyOwnerInvalid(): AppError {
  return new AppError('invalid', 'key_owner_invalid', {
    message: {
      en: 'Name the provider or the merchant whose key it is, not both.',
      zh: '请指明密钥所属的 provider 或 merchant，二者只能选一。',
    },
  });
}
