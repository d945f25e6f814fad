import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type AuthorizerInfoAnswer, type ListedAccount } from '@app/wechat';
import { grantTopic } from '../accounts/account-news-policy';
import { AccountPermissionRepository } from '../accounts/account-permission.repository';
import { AccountRepository } from '../accounts/account.repository';
import { Departures } from '../departures/departures';
import { refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';

/** Takes in an account that authorized without our hearing of it. It belongs to no merchant until somebody assigns it. */
@Injectable()
export class Adoption {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly permissions: AccountPermissionRepository,
    private readonly credentials: CredentialRepository,
    private readonly departures: Departures,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Those of the appids that are not taken in: their merchant left. */
  departed(platformId: string, appids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.departures.among(platformId, appids);
  }

  /** False when its redirect or push came meanwhile: what those stored stands. */
  async adopt(platformId: string, listed: ListedAccount | null, info: AuthorizerInfoAnswer): Promise<boolean> {
    if (!listed) throw new AppError('bug', 'reconcile_step_incomplete');
    const { appid, authorizedAt } = listed;
    // INFO was asked after the list was read.
    const token = info.refreshToken ?? listed.refreshToken;
    return this.transactions.run(async (manager) => {
      const now = this.clock.now();
      const state = token === null ? 'incomplete' : 'authorized';
      const id = await this.accounts.insertListed(manager, { platformId, appid, state, authorizedAt, now });
      if (id === null) return false;
      // The merchant left after the list was read.
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
    });
  }
}
