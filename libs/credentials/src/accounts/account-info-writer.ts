import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type AuthorizerInfoAnswer } from '@app/wechat';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { AccountPermissionRepository } from './account-permission.repository';
import { grantTopic } from './account-news-policy';
import { isNewerGrant } from './account-revocation';
import { AccountRepository, type AccountRow } from './account.repository';
import { infoVerdict } from './info-policy';

/** The refresh token's row before INFO was asked, and whether a refused token is to be tried once more. */
export interface InfoWrite {
  readonly seenVersion: number | null;
  readonly triesAgain: boolean;
}

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
  async write(seen: AccountRow, info: AuthorizerInfoAnswer, { seenVersion, triesAgain }: InfoWrite): Promise<void> {
    await this.transactions.run(async (manager) => {
      const now = this.clock.now();
      const row = await this.accounts.getLocked(manager, seen.id);
      if (isNewerGrant(row, seen)) return;
      await this.accounts.writeProfile(manager, row.id, info.profile, now);
      const isOther = await this.permissions.replace(manager, row.id, info.permissionSets, { source: 'info', now });
      const stored = await this.credentials.find(refreshTokenKey(row), manager);
      const verdict = infoVerdict(row, { told: info.refreshToken, stored: stored?.token ?? null }, triesAgain);
      if (verdict.act === 'authorize') {
        await this.accounts.authorize(manager, row.id, { state: verdict.state, eventTime: null, now });
      }
      if (verdict.act === 'complete') await this.accounts.markComplete(row.platformId, row.appid, manager);
      await this.accounts.rereadIncomplete(manager, row.id, now);
      // Of one that waited for its token the grant was told before.
      if (row.state === 'revoked') await this.accounts.tell(manager, grantTopic(row.state), row.id, now);
      else if (isOther || verdict.act !== 'keep') await this.accounts.tell(manager, 'account.updated', row.id, now);
    });
    if (info.refreshToken !== null) await this.keep(seen, info, seenVersion);
  }

  private async keep(row: AccountRow, info: AuthorizerInfoAnswer, seenVersion: number | null): Promise<void> {
    const stored = await this.credentials.find(refreshTokenKey(row));
    if (info.refreshToken === null || stored?.token?.equals(info.refreshToken) === true) return;
    await this.credentials.replaceIfUnchanged(refreshTokenKey(row), info.refreshToken, seenVersion, this.clock.now());
    await this.credentials.endCoolDown(accountTokenKey(row), new Date(this.clock.now().getTime() + 3_600_000));
  }
}
