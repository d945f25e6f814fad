import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type AuthorizerInfoAnswer } from '@app/wechat';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { AccountPermissionRepository } from './account-permission.repository';
import { isNewerGrant } from './account-revocation';
import { AccountRepository, type AccountRow } from './account.repository';

/** Writes down what INFO says of an account. */
@Injectable()
export class AccountInfoWriter {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly permissions: AccountPermissionRepository,
    private readonly credentials: CredentialRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @param seen the row as it was before INFO was asked: an authorization stored since then knows better. */
  async write(seen: AccountRow, info: AuthorizerInfoAnswer, seenRefresh: { version: number | null }): Promise<void> {
    await this.transactions.run(async (manager) => {
      const now = this.clock.now();
      const row = await this.accounts.getLocked(manager, seen.id);
      if (isNewerGrant(row, seen)) return;
      await this.accounts.writeProfile(manager, row.id, info.profile, now);
      await this.permissions.replace(manager, row.id, info.permissionSets, { source: 'info', now });
      // Agreed again, and no code of it was exchanged yet: alive at WeChat, but no refresh token is told (CREAT).
      const state = info.refreshToken === null ? 'incomplete' : 'authorized';
      if (row.state === 'revoked' || (row.state !== 'authorized' && state === 'authorized')) {
        await this.accounts.authorize(manager, row.id, { state, eventTime: null, now });
      }
      await this.accounts.rereadIncomplete(manager, row.id, now);
    });
    if (info.refreshToken !== null) await this.keep(seen, info, seenRefresh.version);
  }

  private async keep(row: AccountRow, info: AuthorizerInfoAnswer, seenVersion: number | null): Promise<void> {
    const stored = await this.credentials.find(refreshTokenKey(row));
    if (info.refreshToken === null || stored?.token?.equals(info.refreshToken) === true) return;
    await this.credentials.replaceIfUnchanged(refreshTokenKey(row), info.refreshToken, seenVersion, this.clock.now());
    await this.credentials.endCoolDown(accountTokenKey(row), new Date(this.clock.now().getTime() + 3_600_000));
  }
}
