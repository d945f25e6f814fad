import { type AccountScope } from '@app/credentials';
import { type Reach } from '@app/tenants';
import { type Lane } from './task-states';

/** Who or what wants the days: a person, the daily cycle, a new account's history, a look at days before its first data. */
export const FETCH_KINDS = ['asked', 'daily', 'backfill', 'probe'] as const;
export type FetchKind = (typeof FETCH_KINDS)[number];

/** A fetch to be opened: its accounts get their tasks page by page. */
export interface NewFetch {
  /** newId('fet'); a transaction that is repeated names the same one. */
  readonly id: string;
  readonly kind: FetchKind;
  readonly lane: Lane;
  readonly scope: AccountScope;
  /** What whoever asked could reach then; null: the system asks, for all of the scope. */
  readonly reach: Reach | null;
  /** What the system made it from; there is one fetch of an origin. Null when a person asked. */
  readonly origin: string | null;
  readonly providerId: string;
  /** Of a fetch for one merchant alone: its people see it. */
  readonly merchantId: string | null;
  /** A user's id, or 'schedule'. */
  readonly requestedBy: string;
  readonly from: string;
  readonly to: string;
  readonly refetch: boolean;
  /** Days before the account's first data are asked for, too. */
  readonly ignoreBefore: boolean;
  /** First attempts are spread evenly over `spreadMs` from here on, each account at its place. */
  readonly startsAt: Date;
  /** At most 4,294,967,295: 49 days. */
  readonly spreadMs: number;
  readonly createdAt: Date;
}
