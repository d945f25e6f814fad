import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { freePort, httpAnswers, waitReady } from '../../tools/parts/ports.mjs';
import { cpuMs, startProgram } from '../process-run.mjs';
import { median, printFigure } from '../stats.mjs';
import { dayNumber, usersOn } from '../truth.mjs';
import { seedAccounts, seedFetch } from './seed-rows.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const mysql = require('mysql2/promise');

const ACCOUNTS = 200;
const WINDOWS = 60;
const PAIRS = 5;
const FIRST_DAY = '2024-01-01';
const here = (name) => path.join(ROOT, 'bench', ...name.split('/'));
const addDays = (date, days) => new Date((dayNumber(date) + days) * 86_400_000).toISOString().slice(0, 10);
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
  await db.query('DELETE FROM fetch_task');
  await db.query('TRUNCATE TABLE fetch_call');
  await db.query('TRUNCATE TABLE daily_cumulate');
}

async function runOurs(db, ids, pid) {
  const cpu = cpuMs(pid);
  const began = performance.now();
  await seedFetch(db, { ids, ...range });
  for (;;) {
    const [[row]] = await db.query("SELECT COUNT(*) AS n FROM fetch_task WHERE state <> 'done'");
    if (row.n === 0) break;
    if (performance.now() - began > 300_000) throw new Error(`${row.n} tasks are not done after 300 s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { ms: performance.now() - began, cpuMs: cpuMs(pid) - cpu };
}

async function runBare(options) {
  const program = await startProgram(here('fetch/bare-loop.mjs'), { args: [JSON.stringify(options)] });
  await program.stop();
  return program.first;
}

/** @param {{ databaseUrl: string, redisUrl: string, env: Record<string, string> }} space */
export async function benchFetchedWindows({ databaseUrl, redisUrl, env }) {
  const db = await mysql.createConnection({ uri: databaseUrl, dateStrings: ['DATE'], timezone: 'Z' });
  const upstream = await startProgram(here('upstream.mjs'));
  const origin = `http://127.0.0.1:${upstream.first.port}`;
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
  const opsPort = await freePort();
  const worker = await startProgram(path.join(ROOT, 'dist/apps/worker/src/main.js'), {
    env: {
      ...env,
      WECHAT_API_ORIGIN: origin,
      WECHAT_PAGE_ORIGIN: origin,
      OPS_PORT: String(opsPort),
      PARENT_WATCH: '1',
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
    },
    firstLine: false,
  });
  void (async () => {
    for (;;) if ((await worker.lines.next()).done) return;
  })();
  await waitReady(() => httpAnswers(`http://127.0.0.1:${opsPort}/health/ready`), new Promise(() => {}), 30_000);
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
  await Promise.all([upstream.stop(), db.end()]);
  const rate = ({ ms }) => (total * 1_000) / ms;
  printFigure({
    name: 'fetched-windows',
    value: median(pairs.map(({ ours }) => rate(ours))),
    unit: 'windows/s',
    baseline: median(pairs.map(({ loop }) => rate(loop))),
    ratio: median(pairs.map(({ ours, loop }) => rate(ours) / rate(loop))),
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
