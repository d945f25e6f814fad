import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { freePort, httpAnswers, waitReady } from '../../tools/parts/ports.mjs';
import { WORKER_FLAGS } from '../../tools/parts/worker-flags.mjs';
import { startProgram } from '../process-run.mjs';
import { dayNumber } from '../truth.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const mysql = require('mysql2/promise');

export const here = (name) => path.join(ROOT, 'bench', ...name.split('/'));
export const addDays = (date, days) => new Date((dayNumber(date) + days) * 86_400_000).toISOString().slice(0, 10);
const LIMIT_MS = 900_000;

/**
 * A WeChat that answers at once, a connection, and workers as in production.
 * @param {{ databaseUrl: string, env: Record<string, string> }} space
 */
export async function openPipeline({ databaseUrl, env }) {
  const db = await mysql.createConnection({ uri: databaseUrl, dateStrings: ['DATE'], timezone: 'Z' });
  const upstream = await startProgram(here('upstream.mjs'));
  const origin = `http://127.0.0.1:${upstream.first.port}`;
  /** One worker process; its log is read and thrown away. */
  const startWorker = async (more = {}) => {
    const opsPort = await freePort();
    const own = { WECHAT_API_ORIGIN: origin, WECHAT_PAGE_ORIGIN: origin, OPS_PORT: String(opsPort), PARENT_WATCH: '1' };
    const worker = await startProgram(path.join(ROOT, 'dist/apps/worker/src/main.js'), {
      flags: WORKER_FLAGS,
      env: {
        ...env,
        ...own,
        LOG_LEVEL: 'info',
        NODE_ENV: 'production',
        FETCH_DAILY: '0',
        FETCH_BACKFILL: '0',
        FETCH_BULK_CALLS_A_DAY: '1000000',
        ...more,
      },
      firstLine: false,
    });
    void (async () => {
      for (;;) if ((await worker.lines.next()).done) return;
    })();
    await waitReady(() => httpAnswers(`http://127.0.0.1:${opsPort}/health/ready`), new Promise(() => {}), 30_000);
    return worker;
  };
  const close = () => Promise.all([upstream.stop(), db.end()]);
  return { db, origin, startWorker, close };
}

/** By indexes alone as long as it is: a look must not cost what is measured. */
async function isUnderWay(db) {
  const [[row]] = await db.query(
    `SELECT (SELECT COUNT(*) FROM \`fetch\` WHERE expanded_at IS NULL) AS open,
       EXISTS (SELECT 1 FROM fetch_task WHERE in_flight > '') AS running, EXISTS (SELECT 1 FROM fetch_task WHERE line >= 0) AS waiting`,
  );
  if (row.open + row.running + row.waiting > 0) return true;
  const [[rest]] = await db.query("SELECT EXISTS (SELECT 1 FROM fetch_task WHERE state <> 'done') AS n");
  return rest.n > 0;
}

/** Until every fetch has all its tasks, and every task is done. @param {import('mysql2/promise').Connection} db */
export async function untilDone(db, { onLook = async () => {} } = {}) {
  const began = performance.now();
  for (;;) {
    if (!(await isUnderWay(db))) return performance.now() - began;
    if (performance.now() - began > LIMIT_MS) throw new Error(`tasks are not done after ${LIMIT_MS / 1_000} s`);
    await onLook();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Nothing of an earlier run is left. */
export async function emptyTables(db) {
  await db.query('DELETE FROM fetch_task');
  await db.query('DELETE FROM `fetch`');
  for (const table of ['fetch_call', 'daily_cumulate', 'call_count']) await db.query(`TRUNCATE TABLE ${table}`);
}

/** What a skilled person writes by hand: see bare-loop.mjs. @returns {Promise<{ ms: number, cpuMs: number, windows: number }>} */
export async function runBare(options) {
  const program = await startProgram(here('fetch/bare-loop.mjs'), { args: [JSON.stringify(options)] });
  await program.stop();
  return program.first;
}
