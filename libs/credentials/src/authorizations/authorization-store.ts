import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { type AuthorizerInfoAnswer, type ListedAccount } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { AccountPermissionRepository } from '../accounts/account-permission.repository';
import { type PermissionSource } from '../accounts/account-permission-history.entity';
import { grantTopic, type AccountTopic } from '../accounts/account-news-policy';
import { AccountRepository, type AccountRow } from '../accounts/account.repository';
import { Departures } from '../departures/departures';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { type ToldGrant } from './grant';

/** What came with an authorization, of the account it belongs to. */
export interface StoredGrant extends ToldGrant {
  readonly platformId: string;
  readonly source: PermissionSource;
  /** WeChat's time of the grant; null when nothing tells it. */
  readonly eventTime: Date | null;
  readonly isNew: boolean;
  /** The invite it came through, for the history. */
  readonly inviteId: string | null;
  /** Before WeChat was asked. */
  readonly askedAt: Date;
}

/** Where a grant was stored, and what that is to others. */
export interface StoredAccount {
  readonly id: number;
  /** Null: it may be older than what is stored. */
  readonly news: AccountTopic | null;
}

/** Writes an authorization: account, sets and both tokens, all or nothing. */
@Injectable()
export class AuthorizationStore {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly permissions: AccountPermissionRepository,
    private readonly credentials: CredentialRepository,
    private readonly departures: Departures,
    private readonly clock: Clock,
  ) {}

  /** Throws `merchant_left`, `purge_under_way`. */
  async store(manager: EntityManager, grant: StoredGrant): Promise<StoredAccount> {
    const { platformId, appid, source, inviteId, isNew } = grant;
    const now = this.clock.now();
    const account = await this.accounts.makeLocked(manager, { platformId, appid, now });
    await this.departures.admit(manager, account, { isInvited: inviteId !== null, isNew, at: grant.eventTime });
    if (!account.isNew && account.authorizedAt > grant.askedAt) {
      await this.doubt(manager, account);
      return { id: account.id, news: null };
    }
    await this.permissions.replace(manager, account.id, grant.permissionSets, { source, inviteId, now });
    await this.writeTokens(manager, grant, now);
    // A cancel may have come after WeChat gave these tokens: INFO, read next, says whether it did.
    const isSure = account.state !== 'revoked' && (await this.hasRefreshToken(manager, grant));
    const state = isSure ? 'authorized' : 'incomplete';
    await this.accounts.authorize(manager, account.id, { state, eventTime: grant.eventTime, now });
    return { id: account.id, news: grantTopic(account.isNew ? null : account.state) };
  }

  /** What LIST and INFO told of an account nobody knew. False when there is one by now, or when its merchant left. */
  async adopt(
    manager: EntityManager,
    platformId: string,
    { appid, authorizedAt, refreshToken }: ListedAccount,
    info: AuthorizerInfoAnswer,
  ): Promise<boolean> {
    const now = this.clock.now();
    // INFO was asked after the list was read.
    const token = info.refreshToken ?? refreshToken;
    const state = token === null ? 'incomplete' : 'authorized';
    const id = await this.accounts.insertListed(manager, { platformId, appid, state, authorizedAt, now });
    if (id === null) return false;
    if (await this.departures.isGone({ platformId, appid }, manager)) {
      await this.accounts.delete(manager, id);
      return false;
    }
    await this.accounts.writeProfile(manager, id, info.profile, now);
    await this.permissions.replace(manager, id, info.permissionSets, { source: 'list', now });
    const key = refreshTokenKey({ platformId, appid });
    if (token !== null) await this.credentials.put(manager, key, { token, expiresAt: null }, now);
    await this.accounts.tell(manager, grantTopic(null), id, now);
    return true;
  }

  /** Tells others, once it is known whose the account is. */
  async tell(manager: EntityManager, { id, news }: StoredAccount): Promise<void> {
    if (news !== null) await this.accounts.tell(manager, news, id, this.clock.now());
  }

  async isOwned(manager: EntityManager, accountId: number): Promise<boolean> {
    const { merchantId } = await this.accounts.getLocked(manager, accountId);
    return merchantId !== null;
  }

  /** Another grant was stored since this one was asked for: which is the newer at WeChat, only WeChat knows. */
  private async doubt(manager: EntityManager, account: AccountRow): Promise<void> {
    const token = await this.credentials.find(accountTokenKey(account), manager);
    if (token) await this.credentials.markSuspect(token.id, manager);
    await this.accounts.wantReread(manager, account.id);
  }

  private async writeTokens(manager: EntityManager, grant: StoredGrant, now: Date): Promise<void> {
    const { accountToken: issued, refreshToken, recalled, askedAt } = grant;
    if (issued) {
      const expiresAt = new Date(now.getTime() + issued.expiresInSeconds * 1_000);
      await this.credentials.put(manager, accountTokenKey(grant), { token: issued.token, expiresAt }, now);
    } else {
      // Re-authorization killed the account token of before; one that a refresh brought since then lives.
      await this.credentials.dropIssuedBefore(manager, accountTokenKey(grant), askedAt, now);
    }
    if (!refreshToken) return;
    const key = refreshTokenKey(grant);
    if (recalled && !(await this.credentials.isUnchanged(manager, key, recalled.refreshVersion))) return;
    await this.credentials.put(manager, key, { token: refreshToken, expiresAt: null }, now);
  }

  /** Takes back what `store` wrote. */
  async erase(manager: EntityManager, accountId: number): Promise<void> {
    const account = await this.accounts.getLocked(manager, accountId);
    // Its grant was told.
    await this.tell(manager, { id: accountId, news: 'account.revoked' });
    await this.credentials.delete(manager, account.platformId, account.appid);
    await this.accounts.delete(manager, accountId);
  }

  private async hasRefreshToken(manager: EntityManager, grant: StoredGrant): Promise<boolean> {
    if (grant.refreshToken) return true;
    const stored = await this.credentials.find(refreshTokenKey(grant), manager);
    return stored !== null && stored.token !== null;
  }
}
