import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type AuthorizerInfoAnswer, type ListedAccount } from '@app/wechat';
import { AuthorizationStore } from '../authorizations/authorization-store';
import { Departures } from '../departures/departures';

/** Takes in an account that authorized without our hearing of it. It belongs to no merchant until somebody assigns it. */
@Injectable()
export class Adoption {
  constructor(
    private readonly store: AuthorizationStore,
    private readonly departures: Departures,
    private readonly transactions: Transactions,
  ) {}

  /** Those of the appids that are not taken in: their merchant left. */
  departed(platformId: string, appids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.departures.among(platformId, appids);
  }

  /** False when its redirect or push came meanwhile: what those stored stands; or when its merchant left meanwhile. */
  async adopt(platformId: string, listed: ListedAccount | null, info: AuthorizerInfoAnswer): Promise<boolean> {
    if (!listed) throw new AppError('bug', 'reconcile_step_incomplete');
    return this.transactions.run((manager) => this.store.adopt(manager, platformId, listed, info));
  }
}
