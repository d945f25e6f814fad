import { AppError } from '@app/kernel';
import { type KeyVerdict } from './api-key-policy';

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
  if (verdict.because === 'expiry_past')
    return new AppError('invalid', 'expiry_past', {
      message: { en: 'expiresAt lies in the past.', zh: 'expiresAt 早于当前时间。' },
    });
  const scopes = verdict.scopes.join(', ');
  return new AppError('denied', 'scope_not_grantable', {
    message: {
      en: `You cannot give this key: ${scopes}. A key may do no more than you, and single accounts have fewer scopes.`,
      zh: `无法授予该密钥：${scopes}。密钥权限不得超出您自己的权限，且限定公众号的密钥可用权限较少。`,
    },
    detail: { scopes: verdict.scopes },
  });
}

export function keyOwnerInvalid(): AppError {
  return new AppError('invalid', 'key_owner_invalid', {
    message: {
      en: 'Name the provider or the merchant whose key it is, not both.',
      zh: '请指明密钥所属的 provider 或 merchant，二者只能选一。',
    },
  });
}
