import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { AccountPermissionRepository } from './account-permission.repository';
import { type PermissionSource } from './account-permission-history.entity';
import { AccountRepository, type AccountRow } from './account.repository';

/** Ends an authorization here: tokens erased, sets withdrawn. A refresh in flight is fenced off by the new versions. */
@Injectable()
export class AccountRevocation {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly permissions: AccountPermissionRepository,
    private readonly credentials: CredentialRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * False when the account was authorized anew since `seen` was read: the newer grant stands.
   * @param eventTime WeChat's time of the cancellation, null when INFO told it
   */
  async revoke(seen: AccountRow, eventTime: Date | null, source: PermissionSource): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      const now = this.clock.now();
      const row = await this.accounts.getLocked(manager, seen.id);
      if (isNewerGrant(row, seen)) return false;
      await this.credentials.put(manager, accountTokenKey(row), null, now);
      await this.credentials.put(manager, refreshTokenKey(row), null, now);
      await this.permissions.replace(manager, row.id, [], { source, now });
      await this.accounts.revoke(manager, row.id, eventTime, now);
      if (row.state !== 'revoked') await this.accounts.tell(manager, 'account.revoked', row.id, now);
      return true;
    });
  }
}

type Grant = Pick<AccountRow, 'state' | 'authorizedAt' | 'eventTime'>;

/** Every grant applied moves one of the times, and what INFO ended since stays ended. */
export function isNewerGrant(row: Grant, seen: Grant): boolean {
  return (
    (row.state === 'revoked') !== (seen.state === 'revoked') ||
    row.authorizedAt.getTime() !== seen.authorizedAt.getTime() ||
    row.eventTime?.getTime() !== seen.eventTime?.getTime()
  );
}
