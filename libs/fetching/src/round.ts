import { type ShanghaiDate } from '@app/kernel';
import { type SpentCall } from './budget/budgets.service';
import { hasRow, MISSED } from './day-policy';
import { type AccountRange, type DayValue } from './cumulate.repository';
import { type CallRecord, type HeldTask, type TaskUpdate } from './task.repository';
import { callRecord, missedDays, spentCall, type Asked } from './turn-steps';

/** An older day that an answer lacked. */
export interface DayMiss {
  readonly accountId: number;
  readonly refDate: ShanghaiDate;
  readonly calledAt: Date;
}

/** A full run of empty windows, and the newest day of it. */
export interface FullRun {
  readonly accountId: number;
  readonly emptyTo: ShanghaiDate;
}

/** All that one round of a turn leaves behind, or several rounds of as many turns. */
export interface Round {
  readonly values: readonly DayValue[];
  readonly misses: readonly DayMiss[];
  /** Windows in which a day that was missed once turned up. */
  readonly found: readonly AccountRange[];
  readonly runs: readonly FullRun[];
  /** Accounts whose days before their first data were asked once more. */
  readonly probed: readonly number[];
  readonly calls: readonly CallRecord[];
  readonly updates: readonly TaskUpdate[];
  /** Calls that count against budgets. */
  readonly spent: readonly SpentCall[];
}

/** @param updates of all tasks of the round, those that asked included */
export function roundOf(held: readonly HeldTask[], asked: readonly Asked[], updates: readonly TaskUpdate[]): Round {
  const after = new Map(updates.map((update) => [update.id, update]));
  const called = asked.filter(({ outcome }) => outcome.asked);
  return {
    values: asked.flatMap(valuesOf),
    misses: asked.flatMap((one) =>
      missedDays(one).map((refDate) => ({
        accountId: one.task.accountId,
        refDate,
        calledAt: one.outcome.calledAt,
      })),
    ),
    found: asked.filter(findsMissed).map(({ task, window }) => ({ accountId: task.accountId, ...window })),
    runs: asked.flatMap(({ task, runLimit }) => {
      const { emptyWindows = 0, emptyTo = null } = after.get(task.id) ?? {};
      return emptyTo !== null && emptyWindows >= runLimit ? [{ accountId: task.accountId, emptyTo }] : [];
    }),
    probed: held.flatMap(({ id, accountId, ignoreBefore, passes }) =>
      ignoreBefore && passes === 0 && (after.get(id)?.passes ?? 0) > 0 ? [accountId] : [],
    ),
    calls: called.map(callRecord),
    updates,
    spent: called.map(spentCall),
  };
}

/** Rounds of different accounts as one. */
export function joined(rounds: readonly Round[]): Round {
  const all = <K extends keyof Round>(part: K): Round[K][number][] => rounds.flatMap((round) => round[part] as never);
  return {
    values: all('values'),
    misses: all('misses'),
    found: all('found'),
    runs: all('runs'),
    probed: all('probed'),
    calls: all('calls'),
    updates: all('updates'),
    spent: all('spent'),
  };
}

/** What a round says of accounts that are still there. */
export function among(round: Round, accounts: ReadonlyMap<number, unknown>): Round {
  const some = <T extends { readonly accountId: number }>(of: readonly T[]): T[] =>
    of.filter(({ accountId }) => accounts.has(accountId));
  return {
    ...round,
    ...{ values: some(round.values), misses: some(round.misses), found: some(round.found), runs: some(round.runs) },
    probed: round.probed.filter((id) => accounts.has(id)),
  };
}

/** Whose days the round writes. */
export function accountsOf({ values, misses, runs, probed }: Round): Set<number> {
  return new Set([...probed, ...[...values, ...misses, ...runs].map(({ accountId }) => accountId)]);
}

function valuesOf({ task, coverage, outcome }: Asked): DayValue[] {
  return (outcome.answer?.rows ?? []).map(({ refDate, cumulateUser }) => ({
    accountId: task.accountId,
    refDate,
    cumulateUser,
    fetchedAt: outcome.calledAt,
    isNew: !hasRow(coverage, refDate),
  }));
}

function findsMissed({ coverage, outcome }: Asked): boolean {
  return outcome.answer?.rows.some(({ refDate }) => coverage.get(refDate)?.state === MISSED) ?? false;
}
