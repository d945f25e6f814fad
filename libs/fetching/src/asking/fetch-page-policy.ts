import { gateVerdict, type FetchableAccount, type GateRefusal } from '@app/credentials';
import { type FetchKind } from '../new-fetch';
import { type TaskState } from '../task-states';

/** What decides when and how a fetch's tasks begin. */
export interface Beginning {
  readonly kind: FetchKind;
  readonly startsAt: Date;
  readonly spreadMs: number;
}

/** A task as its fetch makes it. */
export interface NewTask {
  readonly accountId: number;
  readonly turnKey: string;
  readonly state: TaskState;
  readonly because: GateRefusal | null;
  readonly nextAttemptAt: Date;
}

/** Knuth's multiplicative hash: ids in a row come to lie evenly over 0 … 2³²−1. */
const GOLDEN = 2_654_435_761;
const ALL = 2 ** 32;

/**
 * The task of one account. Whom the gate refuses gets a task that waits when a person asked, so that it goes on by itself;
 * null when the system asked: it asks again anyway.
 */
export function taskFor(account: FetchableAccount, fetch: Beginning): NewTask | null {
  const verdict = gateVerdict(account.gate);
  if (!verdict.open && fetch.kind !== 'asked') return null;
  return {
    accountId: account.id,
    turnKey: account.merchantId ?? account.publicId,
    state: verdict.open ? 'planned' : 'waiting_permission',
    because: verdict.open ? null : verdict.because,
    nextAttemptAt: firstAttemptAt(account.id, fetch),
  };
}

/** Always the same for one account: a cycle's accounts keep their place from day to day. */
export function firstAttemptAt(accountId: number, { startsAt, spreadMs }: Omit<Beginning, 'kind'>): Date {
  const place = Number((BigInt(accountId) * BigInt(GOLDEN)) % BigInt(ALL)) / ALL;
  return new Date(startsAt.getTime() + Math.floor(place * spreadMs));
}
