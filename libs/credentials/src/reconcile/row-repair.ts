import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type ListedAccount } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { grantTopic } from '../accounts/account-news-policy';
import { isNewerGrant } from '../accounts/account-revocation';
import { AccountRepository, type AccountRow } from '../accounts/account.repository';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { type SeenAccount, type Step } from './reconcile-policy';
import { ReconcileRowsRepository } from './reconcile-rows.repository';

/** Longer pauses are WeChat's quota, which a new refresh token does not lift. */
const QUOTA_PAUSE_MS = 3_600_000;

/** Writes what LIST told into rows that still are as they were before it was read. */
@Injectable()
export class RowRepair {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly rows: ReconcileRowsRepository,
    private readonly credentials: CredentialRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Stores the listed refresh token; the account is usable again. False when the row changed since. */
  async storeToken(platformId: string, { appid, seen, listed, because }: Step): Promise<boolean> {
    const token = listed?.refreshToken;
    if (!seen || !listed || !token) throw new AppError('bug', 'reconcile_step_incomplete');
    const at = { platformId, appid };
    const stored = await this.transactions.run(async (manager) => {
      const row = await this.lockUnchanged(manager, platformId, seen);
      if (!row) return false;
      await this.credentials.put(manager, refreshTokenKey(at), { token, expiresAt: null }, this.clock.now());
      if (row.state !== 'authorized') await this.restore(manager, row, listed);
      return true;
    });
    if (!stored) return false;
    // A changed refresh token means an authorization we did not hear of, and that one killed the account token.
    const held = because === 'token_changed' ? await this.credentials.find(accountTokenKey(at)) : null;
    if (held) await this.credentials.markRejected(accountTokenKey(at), held.version);
    const notAfter = new Date(this.clock.now().getTime() + QUOTA_PAUSE_MS);
    await this.credentials.endCoolDown(accountTokenKey(at), notAfter);
    return true;
  }

  /** LIST was read and knows no other refresh token. False when the row changed since. */
  async flag(platformId: string, { seen, because }: Step): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      const row = seen && (await this.lockUnchanged(manager, platformId, seen));
      if (!row) return false;
      await this.accounts.noteIncomplete(manager, row.id, because === 'token_refused' ? because : null);
      // Somebody must authorize again.
      const isNews = because === 'token_refused' && row.incompleteBecause !== because;
      if (isNews) await this.accounts.tell(manager, 'account.updated', row.id, this.clock.now());
      return true;
    });
  }

  /** Is the account as it was before the list was read? */
  async isUnchanged(seen: SeenAccount): Promise<boolean> {
    const row = await this.accounts.findById(seen.id);
    return row !== null && row.state === seen.state && !isNewerGrant(row, seen);
  }

  /** authorized_at tells when the merchant did it, not when we learnt of it. Sets were withdrawn with the cancellation: INFO tells. */
  private async restore(manager: EntityManager, row: AccountRow, listed: ListedAccount): Promise<void> {
    const { authorizedAt } = listed;
    const now = row.state === 'revoked' ? authorizedAt : row.authorizedAt;
    await this.accounts.authorize(manager, row.id, { state: 'authorized', eventTime: authorizedAt, now });
    await this.accounts.wantReread(manager, row.id);
    const topic = row.state === 'revoked' ? grantTopic(row.state) : 'account.updated';
    await this.accounts.tell(manager, topic, row.id, this.clock.now());
  }

  private async lockUnchanged(
    manager: EntityManager,
    platformId: string,
    seen: SeenAccount,
  ): Promise<AccountRow | null> {
    const row = await this.accounts.findById(seen.id, manager, 'FOR UPDATE');
    if (!row || row.state !== seen.state || isNewerGrant(row, seen)) return null;
    const version = await this.rows.lockVersion(manager, platformId, seen.appid);
    return version === seen.refresh.version ? row : null;
  }
}
