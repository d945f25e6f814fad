import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type Reach } from '@app/tenants';
import { AccountDirectory, type AccountScope, type FetchableAccount } from './account-directory';
import { AccountScopeRepository, reached, type Selection } from './account-scope.repository';

const EVERYTHING = { sql: 'TRUE', params: [] };

/** The accounts of a scope, page by page: a scope may hold 100,000. */
@Injectable()
export class AccountScopes {
  constructor(
    private readonly rows: AccountScopeRepository,
    private readonly directory: AccountDirectory,
  ) {}

  /** Throws what `AccountDirectory.idsInReach` throws when any part of the scope lies outside the reach. */
  ensureInReach(reach: Reach, scope: AccountScope): Promise<void> {
    return this.directory.ensureInReach(reach, scope);
  }

  /**
   * What of the scope lies in the reach; null: the system asks, for all of it. Parts that are gone hold no accounts.
   * `db`: the manager of a transaction that holds locks.
   */
  async select(reach: Reach | null, scope: AccountScope, db?: Queries): Promise<Selection> {
    const platforms = reach === null ? [] : await this.rows.platformsOf(reach.providerIds, db);
    const filter = reach === null ? EVERYTHING : reached(reach, platforms);
    if (scope.accounts?.length === 0) return { ranges: [], filter };
    if (scope.accounts !== undefined) return { ranges: [{ column: 'public_id', value: scope.accounts }], filter };
    if (scope.merchant !== undefined) return { ranges: [{ column: 'merchant_id', value: scope.merchant }], filter };
    const asked =
      scope.platform === undefined ? await this.rows.platformsOf([scope.provider ?? ''], db) : [scope.platform];
    const isAllTheirs = asked.every((id) => platforms.includes(id));
    return {
      ranges: asked.map((value) => ({ column: 'platform_id', value })),
      filter: isAllTheirs ? EVERYTHING : filter,
    };
  }

  /** The next accounts behind `after`, in the order of their ids. */
  async page(selection: Selection, after: number, limit: number, db?: Queries): Promise<FetchableAccount[]> {
    const accounts = await this.directory.fetchable(await this.rows.idsAfter(selection, after, limit, db), db);
    return [...accounts.values()].sort((a, b) => a.id - b.id);
  }

  count(selection: Selection): Promise<number> {
    return this.rows.count(selection);
  }

  /** Some accounts that stand for all: about one of `oneOf`, at most `limit`. */
  async sample(selection: Selection, oneOf: number, limit: number): Promise<FetchableAccount[]> {
    return [...(await this.directory.fetchable(await this.rows.sample(selection, oneOf, limit))).values()];
  }
}
