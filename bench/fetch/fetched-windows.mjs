import { cpuMs, startProgram } from '../process-run.mjs';
import { median, printFigure } from '../stats.mjs';
import { dayNumber, usersOn } from '../truth.mjs';
import { addDays, emptyTables, here, openPipeline, runBare, untilDone } from './pipeline.mjs';
import { seedAccounts, seedFetch } from './seed-rows.mjs';

const ACCOUNTS = 200;
const WINDOWS = 120;
const PAIRS = 5;
const FIRST_DAY = '2024-01-01';
const range = { from: FIRST_DAY, to: addDays(FIRST_DAY, WINDOWS * 7 - 1) };

/** Every row there once, every number right; then the table is emptied for the next run. */
async function verify(db, ids) {
  const [rows] = await db.query(
    'SELECT account_id AS id, ref_date AS day, cumulate_user AS users, state FROM daily_cumulate',
  );
  const wrong = rows.filter(({ id, day, users, state }) => state !== 2 || users !== usersOn(id, dayNumber(day)));
  if (rows.length !== ids.length * WINDOWS * 7 || wrong.length > 0) {
    throw new Error(
      `stored rows are wrong: ${rows.length} of ${ids.length * WINDOWS * 7}, ${wrong.length} with a wrong number`,
    );
  }
  await emptyTables(db);
}

async function runOurs(db, ids, pid) {
  const cpu = cpuMs(pid);
  const began = performance.now();
  await seedFetch(db, { ids, ...range });
  await untilDone(db);
  return { ms: performance.now() - began, cpuMs: cpuMs(pid) - cpu };
}

/** @param {{ databaseUrl: string, redisUrl: string, env: Record<string, string> }} space */
export async function benchFetchedWindows({ databaseUrl, redisUrl, env }) {
  const { db, origin, startWorker, close } = await openPipeline({ databaseUrl, env });
  const ids = await seedAccounts(db, { count: ACCOUNTS, secretKeys: env.SECRET_KEYS });
  const windows = Array.from({ length: WINDOWS }, (_, i) => ({
    from: addDays(FIRST_DAY, i * 7),
    to: addDays(FIRST_DAY, i * 7 + 6),
  }));
  const bare = { origin, databaseUrl, ids, windows };
  let concurrency = 10;
  let best = 0;
  for (const candidate of [10, 50, 200]) {
    const { ms, windows: n } = await runBare({ ...bare, concurrency: candidate });
    await verify(db, ids);
    if (n / ms > best) [best, concurrency] = [n / ms, candidate];
  }
  const worker = await startWorker();
  const total = ids.length * WINDOWS;
  const pairs = [];
  for (let pair = 0; pair <= PAIRS; pair++) {
    const ours = await runOurs(db, ids, worker.pid);
    await verify(db, ids);
    const loop = await runBare({ ...bare, concurrency });
    await verify(db, ids);
    // The first pair warms both up and is not counted.
    if (pair > 0) pairs.push({ ours, loop });
  }
  await worker.stop();
  const noop = await startProgram(here('fetch/noop-jobs.mjs'), { args: [JSON.stringify({ redisUrl, jobs: 20_000 })] });
  await noop.stop();
  await close();
  const rate = ({ ms }) => (total * 1_000) / ms;
  printFigure({
    name: 'fetched-windows',
    value: median(pairs.map(({ ours }) => rate(ours))),
    unit: 'windows/s',
    baseline: median(pairs.map(({ loop }) => rate(loop))),
    ratio: median(pairs.map(({ ours, loop }) => rate(ours) / rate(loop))),
    ok: median(pairs.map(({ ours, loop }) => rate(ours) / rate(loop))) >= 1.2,
    baselineIs: `bare loop, concurrency ${concurrency}`,
  });
  printFigure({
    name: 'fetched-windows-cpu',
    value: median(pairs.map(({ ours }) => ours.cpuMs / total)),
    unit: 'ms of CPU per window, worker process',
    baseline: median(pairs.map(({ loop }) => loop.cpuMs / total)),
    ratio: median(pairs.map(({ ours, loop }) => ours.cpuMs / loop.cpuMs)),
    baselineIs: 'bare loop',
  });
  printFigure({
    name: 'fetched-windows-vs-noop-jobs',
    value: median(pairs.map(({ ours }) => rate(ours))),
    unit: 'windows/s',
    baseline: noop.first.jobsPerSecond,
    ratio: median(pairs.map(({ ours }) => rate(ours))) / noop.first.jobsPerSecond,
    baselineIs: 'BullMQ jobs that do nothing, jobs/s, concurrency 50',
  });
}
