import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { type QueryAuthAnswer } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { AccountPermissionRepository } from '../accounts/account-permission.repository';
import { type PermissionSource } from '../accounts/account-permission-history.entity';
import { AccountRepository } from '../accounts/account.repository';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';

/** What came with an authorization, of the account it belongs to. */
export interface StoredGrant extends QueryAuthAnswer {
  readonly platformId: string;
  readonly source: PermissionSource;
  /** WeChat's time of the grant; null when nothing tells it. */
  readonly eventTime: Date | null;
  /** The invite it came through, for the history. */
  readonly inviteId: string | null;
}

/** Writes an authorization: account, sets and both tokens, all or nothing. */
@Injectable()
export class AuthorizationStore {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly permissions: AccountPermissionRepository,
    private readonly credentials: CredentialRepository,
    private readonly clock: Clock,
  ) {}

  async store(manager: EntityManager, grant: StoredGrant): Promise<number> {
    const { platformId, appid, source, inviteId } = grant;
    const now = this.clock.now();
    const account = await this.accounts.makeLocked(manager, { platformId, appid, now });
    await this.permissions.replace(manager, account.id, grant.permissionSets, { source, inviteId, now });
    // Re-authorization kills the old account token at WeChat, so it is replaced even by nothing.
    const issued = grant.accountToken;
    const accountToken = issued && {
      token: issued.token,
      expiresAt: new Date(now.getTime() + issued.expiresInSeconds * 1_000),
    };
    await this.credentials.put(manager, accountTokenKey(account), accountToken, now);
    if (grant.refreshToken) {
      await this.credentials.put(
        manager,
        refreshTokenKey(account),
        { token: grant.refreshToken, expiresAt: null },
        now,
      );
    }
    // A cancel may have come after WeChat gave these tokens: INFO, read next, says whether it did.
    const isSure = account.state !== 'revoked' && (await this.hasRefreshToken(manager, grant));
    const state = isSure ? 'authorized' : 'incomplete';
    await this.accounts.authorize(manager, account.id, { state, eventTime: grant.eventTime, now });
    return account.id;
  }

  /** Takes back what `store` wrote. */
  async erase(manager: EntityManager, accountId: number): Promise<void> {
    const account = await this.accounts.getLocked(manager, accountId);
    await this.credentials.delete(manager, account.platformId, account.appid);
    await this.accounts.delete(manager, accountId);
  }

  private async hasRefreshToken(manager: EntityManager, grant: StoredGrant): Promise<boolean> {
    if (grant.refreshToken) return true;
    const stored = await this.credentials.find(refreshTokenKey(grant), manager);
    return stored !== null && stored.token !== null;
  }
}
