import { type FetchingWorld, type Owned } from './fetching-world';

export interface Correction {
  readonly accountId: number;
  readonly appid: string;
  readonly date: string;
  readonly was: number;
  readonly now: number;
}

export interface TruthResult {
  readonly days: number;
  readonly missing: number;
  readonly wrong: number;
  readonly tooMany: number;
  readonly examples: string[];
}

/** Compares every stored day of the range with what WeChat would give. */
export async function compareWithTruth(
  world: FetchingWorld,
  range: { readonly from: string; readonly to: string },
): Promise<TruthResult> {
  const result = { days: 0, missing: 0, wrong: 0, tooMany: 0, examples: [] as string[] };
  for (const account of world.accounts) {
    const truth = await world.system.sandbox.truth(account.appid, range.from, range.to);
    const rows = await world.select<{ day: string; users: number }>(
      'SELECT ref_date AS day, cumulate_user AS users FROM daily_cumulate WHERE account_id = ? AND state = 2',
      [account.id],
    );
    const stored = new Map(rows.map(({ day, users }) => [day, users]));
    result.days += truth.size;
    result.tooMany += rows.length - stored.size;
    for (const [day, users] of truth) {
      const seen = stored.get(day);
      if (seen === users) continue;
      if (seen === undefined) result.missing++;
      else result.wrong++;
      if (result.examples.length < 5) result.examples.push(`${account.appid} ${day}: ${String(seen)}, not ${users}`);
    }
  }
  return result;
}

/** Corrections without their revision, and revisions nobody made. */
export async function compareRevisions(
  world: FetchingWorld,
  made: readonly Correction[],
): Promise<{ readonly found: number; readonly lost: number; readonly invented: number }> {
  const rows = await world.select<{ accountId: number; day: string; was: number; now: number }>(
    `SELECT account_id AS accountId, ref_date AS day, old_user AS was, new_user AS now FROM cumulate_revision
     WHERE reason = 'corrected'`,
  );
  const key = (accountId: number, day: string, was: number, now: number): string => [accountId, day, was, now].join();
  const wanted = new Set(made.map(({ accountId, date, was, now }) => key(accountId, date, was, now)));
  const found = rows.filter(({ accountId, day, was, now }) => wanted.delete(key(accountId, day, was, now)));
  return { found: found.length, lost: wanted.size, invented: rows.length - found.length };
}

/** WeChat changes numbers of days it gave before. */
export async function correct(
  world: FetchingWorld,
  accounts: readonly Owned[],
  date: string,
  by: number,
): Promise<Correction[]> {
  const made: Correction[] = [];
  for (const { id, appid } of accounts) {
    const was = (await world.system.sandbox.truth(appid, date, date)).get(date)!;
    const now = was + by;
    await world.system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: date, cumulate_user: now });
    made.push({ accountId: id, appid, date, was, now });
  }
  return made;
}

/** Tasks that are neither over nor due some time: nobody would ever look at them. */
export async function strandedTasks(world: FetchingWorld): Promise<number> {
  const [row] = await world.select<{ n: number }>(
    `SELECT COUNT(*) AS n FROM fetch_task WHERE state NOT IN ('done', 'failed', 'cancelled')
       AND (line IS NULL OR next_attempt_at IS NULL)`,
  );
  return row!.n;
}

/** Calls of getusercumulate the sandbox counted: all, and those it did not answer with a list. */
export async function countCalls(world: FetchingWorld): Promise<{ readonly all: number; readonly failed: number }> {
  const calls = await world.system.sandbox.calls('/datacube/getusercumulate');
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return { all, failed: all - (calls['0'] ?? 0) };
}
