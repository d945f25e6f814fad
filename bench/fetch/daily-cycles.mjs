import { median, printFigure } from '../stats.mjs';
import { dayNumber, usersOn } from '../truth.mjs';
import { addDays, emptyTables, openPipeline, runBare, untilDone } from './pipeline.mjs';
import { keepAccounts, openDaily, seedAccounts } from './seed-rows.mjs';

const SIZES = [1_000, 10_000, 100_000];
const COMPARED = 10_000;
const ROUNDS = { 1_000: 5, 10_000: 5, 100_000: 1 };
const TO = '2026-01-31';
const window = { from: addDays(TO, -6), to: TO };

/** A week of every account, each row there once and right. */
async function verify(db, count) {
  const [rows] = await db.query('SELECT account_id AS id, ref_date AS day, cumulate_user AS users FROM daily_cumulate');
  const wrong = rows.filter(({ id, day, users }) => users !== usersOn(id, dayNumber(day)));
  if (rows.length !== count * 7 || wrong.length > 0)
    throw new Error(`stored rows are wrong: ${rows.length} of ${count * 7}, ${wrong.length} with a wrong number`);
}

/** The daily cycle, one window an account: how many accounts a second, and whether the time for each grows with their number. */
export async function benchDailyCycles({ databaseUrl, env }) {
  const { db, origin, startWorker, close } = await openPipeline({ databaseUrl, env });
  const ids = await seedAccounts(db, { count: SIZES.at(-1), secretKeys: env.SECRET_KEYS });
  const worker = await startWorker();
  const perAccount = new Map();
  const bare = [];
  for (const size of SIZES) {
    const runs = [];
    await keepAccounts(db, size);
    // The first round of the first size warms up and is not counted.
    for (let round = size === SIZES[0] ? -1 : 0; round < ROUNDS[size]; round++) {
      await openDaily(db, window);
      const ms = await untilDone(db);
      await verify(db, size);
      await emptyTables(db);
      if (round >= 0) runs.push(ms / size);
      if (size !== COMPARED) continue;
      const loop = await runBare({ origin, databaseUrl, ids: ids.slice(0, size), windows: [window], concurrency: 50 });
      bare.push(loop.ms / size);
      await emptyTables(db);
    }
    perAccount.set(size, runs);
  }
  await worker.stop();
  await close();
  const rate = (list) => 1_000 / median(list);
  const ratios = perAccount.get(COMPARED).map((ms, n) => bare[n] / ms);
  printFigure({
    name: 'daily-cycle',
    value: rate(perAccount.get(COMPARED)),
    unit: 'accounts/s',
    baseline: rate(bare),
    ratio: median(ratios),
    ok: median(ratios) >= 0.8,
    baselineIs: 'bare loop, one window an account, concurrency 50',
  });
  for (const size of SIZES.slice(1)) {
    const growth = median(perAccount.get(size)) / median(perAccount.get(SIZES[0]));
    printFigure({
      name: `daily-cycle-${size}`,
      value: median(perAccount.get(size)),
      unit: 'ms an account, planned, queued and finished',
      baseline: median(perAccount.get(SIZES[0])),
      ratio: growth,
      ok: growth <= 1.2,
      baselineIs: `a cycle of ${SIZES[0]} accounts`,
    });
  }
}
