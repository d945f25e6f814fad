import { addDays, daysBetween, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { type DayValue } from './cumulate.repository';
import { type DayMiss } from './round';

/** What an account's row says of its days. */
export interface AccountDays {
  /** Its first day with data; null until known. */
  readonly dataFrom: ShanghaiDate | null;
  /** Up to here every day from its first one on is known. */
  readonly completeTo: ShanghaiDate | null;
}

export type AccountsDays = ReadonlyMap<number, AccountDays>;

/** An account's first day with data, as it is from now on. */
export interface DataFrom {
  readonly accountId: number;
  readonly dataFrom: ShanghaiDate;
}

/** From which day on an account's days are counted as complete. */
export interface CompleteFrom {
  readonly accountId: number;
  /** The day before the first one that is looked at. */
  readonly base: ShanghaiDate;
  /** What stands when the first one is unknown. */
  readonly otherwise: ShanghaiDate | null;
}

const DAY_MS = 86_400_000;

/** WeChat may bring older days later: they are asked for once again then. */
export function nextProbe(now: Date): Date {
  return new Date(now.getTime() + 7 * DAY_MS);
}

/** Accounts of which a value turned up before their first day with data. */
export function movedBack(accounts: AccountsDays, values: readonly DayValue[]): DataFrom[] {
  const first = new Map<number, ShanghaiDate>();
  for (const { accountId, refDate } of values) {
    const known = first.get(accountId) ?? accounts.get(accountId)?.dataFrom;
    if (known && refDate < known) first.set(accountId, refDate);
  }
  return [...first].map(([accountId, dataFrom]) => ({ accountId, dataFrom }));
}

/** Accounts of which an answer lacks a day close to the first one: it may be the last that stood for it. */
export function missedAtFirst(accounts: AccountsDays, misses: readonly DayMiss[]): number[] {
  const found = misses.flatMap(({ accountId, refDate }) => {
    const dataFrom = accounts.get(accountId)?.dataFrom;
    return dataFrom && refDate >= dataFrom && daysBetween(dataFrom, refDate) < 2 * DATACUBE.maxWindowDays
      ? [accountId]
      : [];
  });
  return [...new Set(found)];
}

/** The account's first day changed: its days are looked at anew from there. */
export function completeAnew({ accountId, dataFrom }: DataFrom): CompleteFrom {
  return { accountId, base: addDays(dataFrom, -1), otherwise: null };
}

/** Accounts whose first unknown day may have got a row: only then can they be complete any further. */
export function completeOn(
  accounts: AccountsDays,
  days: readonly (DayValue | DayMiss)[],
  except: readonly DataFrom[],
): CompleteFrom[] {
  const anew = new Set(except.map(({ accountId }) => accountId));
  const touched = new Set<number>();
  for (const { accountId, refDate } of days) {
    const account = accounts.get(accountId);
    if (account && !anew.has(accountId) && refDate === addDays(baseOf(account), 1)) touched.add(accountId);
  }
  return [...touched].flatMap((accountId) => {
    const account = accounts.get(accountId);
    return account ? [{ accountId, base: baseOf(account), otherwise: account.completeTo }] : [];
  });
}

function baseOf({ completeTo, dataFrom }: AccountDays): ShanghaiDate {
  return completeTo ?? addDays(dataFrom ?? DATACUBE.firstDay, -1);
}
