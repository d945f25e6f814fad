import { type FetchableAccount } from '@app/credentials';
import { newId } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { chunks } from '../chunks';
import { LANE, WAITS, type Lane } from '../task-states';
import { type DayRange } from '../window-policy';

/** A fetch that nobody asked for. */
export interface Opening extends DayRange {
  readonly kind: 'daily' | 'backfill' | 'probe';
  /** What made it: the same one is never opened twice. */
  readonly origin: string;
  /** Days with a row, too: corrections are noticed. */
  readonly refetch: boolean;
  readonly createdAt: Date;
}

/** An account's part of a fetch, and when its time comes. */
export interface Part extends DayRange {
  readonly fetchId: string;
  readonly kind: Opening['kind'];
  readonly refetch: boolean;
  readonly account: FetchableAccount;
  readonly at: Date;
}

interface Owner {
  readonly providerId: string;
  readonly merchantId: string | null;
}

const BY_ITSELF = 'schedule';
const LANE_OF: Readonly<Record<Opening['kind'], Lane>> = { daily: LANE.daily, backfill: LANE.bulk, probe: LANE.bulk };
const TOGETHER = 200;

/** Writes fetches the system makes by itself. All of it can be repeated: of one origin there is one fetch. */
@Injectable()
export class OpeningRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Does the work for all items, a bounded number in a transaction. */
  async together<T>(
    items: readonly T[],
    work: (manager: EntityManager, some: readonly T[]) => Promise<void>,
  ): Promise<void> {
    for (const some of chunks(items, TOGETHER)) await this.transactions.run((manager) => work(manager, some));
  }

  /** For all accounts of a platform; each gets its part afterwards. Returns the fetch's id. */
  openForPlatform(
    manager: EntityManager,
    opening: Opening,
    platform: { readonly id: string; readonly providerId: string },
  ): Promise<string> {
    const owner = { providerId: platform.providerId, merchantId: null };
    return this.insert(manager, opening, owner, { platform: platform.id });
  }

  /** For one account, its task included. */
  async openForAccount(manager: EntityManager, opening: Opening, account: FetchableAccount): Promise<void> {
    const { kind, from, to, refetch, createdAt } = opening;
    const scope = { accounts: [account.publicId] };
    const fetchId = await this.insert(manager, opening, account, scope);
    await this.addParts(manager, [{ fetchId, kind, from, to, refetch, account, at: createdAt }], createdAt);
  }

  /** Accounts that have their part of the fetch already keep it. */
  async addParts(manager: EntityManager, parts: readonly Part[], now: Date): Promise<void> {
    if (parts.length === 0) return;
    await manager.query(
      `INSERT INTO fetch_task (fetch_id, account_id, turn_key, lane, line, ignore_before, from_date, to_date, refetch, state,
         next_attempt_at, created_at) VALUES ? ON DUPLICATE KEY UPDATE id = id`,
      [
        parts.map(({ fetchId, kind, from, to, refetch, account, at }) => [
          ...[fetchId, account.id, account.merchantId ?? account.publicId, LANE_OF[kind], WAITS],
          ...[kind === 'probe' ? 1 : 0, from, to, refetch ? 1 : 0, 'planned', at, now],
        ]),
      ],
    );
  }

  private async insert(
    manager: EntityManager,
    { kind, origin, from, to, refetch, createdAt }: Opening,
    { providerId, merchantId }: Owner,
    scope: object,
  ): Promise<string> {
    await manager.query(
      `INSERT INTO \`fetch\` (id, provider_id, merchant_id, requested_by, kind, lane, scope, origin, from_date, to_date,
         refetch, created_at, expanded_at) VALUES (?) ON DUPLICATE KEY UPDATE origin = VALUES(origin)`,
      [
        [
          ...[newId('fet'), providerId, merchantId, BY_ITSELF, kind, LANE_OF[kind], JSON.stringify(scope), origin],
          ...[from, to, refetch ? 1 : 0, createdAt, createdAt],
        ],
      ],
    );
    const [stored] = await manager.query<{ id: string }[]>('SELECT id FROM `fetch` WHERE origin = ?', [origin]);
    if (!stored) throw new Error(`the fetch of ${origin} is gone`);
    return stored.id;
  }
}
