import { type CredentialKey } from './credential.repository';

interface AccountAt {
  readonly platformId: string;
  readonly appid: string;
}

export function accountTokenKey({ platformId, appid }: AccountAt): CredentialKey {
  return { platformId, subjectAppid: appid, kind: 'account_token' };
}

export function refreshTokenKey({ platformId, appid }: AccountAt): CredentialKey {
  return { platformId, subjectAppid: appid, kind: 'refresh_token' };
}
