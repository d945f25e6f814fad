import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { median, printFigure } from '../stats.mjs';
import { addDays, emptyTables, openPipeline, untilDone } from './pipeline.mjs';
import { seedAccounts, seedFetch } from './seed-rows.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const { Redis } = require('ioredis');

const ACCOUNTS = 200;
const WINDOWS = 500;
const WAITING = 100_000;
const FIRST_DAY = '2015-01-01';

/** Resident memory in MB (Linux). */
function residentMb(pid) {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1_024;
}

const usedBytes = async (redis) => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

async function bytesPerDay(db) {
  await db.query('ANALYZE TABLE daily_cumulate');
  const [[row]] = await db.query(
    `SELECT (data_length + index_length) / (SELECT COUNT(*) FROM daily_cumulate) AS bytes FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'daily_cumulate'`,
  );
  return Number(row.bytes);
}

/** What the pipeline keeps: memory of a worker over 100,000 windows, bytes of a stored day, memory of Redis while 100,000 tasks wait. */
export async function benchFootprint({ databaseUrl, redisUrl, env }) {
  const { db, startWorker, close } = await openPipeline({ databaseUrl, env });
  const redis = new Redis(redisUrl);
  const ids = await seedAccounts(db, { count: WAITING, secretKeys: env.SECRET_KEYS });
  const worker = await startWorker();
  const samples = [];
  await seedFetch(db, { ids: ids.slice(0, ACCOUNTS), from: FIRST_DAY, to: addDays(FIRST_DAY, WINDOWS * 7 - 1) });
  await untilDone(db, { onLook: async () => samples.push(residentMb(worker.pid)) });
  const quarter = (n) =>
    samples.slice(Math.floor((samples.length * n) / 4), Math.floor((samples.length * (n + 1)) / 4));
  const [second, last] = [median(quarter(1)), median(quarter(3))];
  printFigure({
    name: 'worker-memory',
    value: last,
    unit: `MB resident, last quarter of ${ACCOUNTS * WINDOWS} windows`,
    baseline: second,
    ratio: last / second,
    ok: last / second <= 1.1,
    baselineIs: 'second quarter',
  });
  printFigure({ name: 'stored-day', value: await bytesPerDay(db), unit: 'bytes of MySQL a stored day' });
  await worker.stop();
  await emptyTables(db);
  const before = await usedBytes(redis);
  await seedFetch(db, { ids, from: FIRST_DAY, to: addDays(FIRST_DAY, 6) });
  // Hands out what it may, and is answered too slowly to take any of it back.
  const handing = await startWorker({ FETCH_CONCURRENCY: '1', FETCH_TURN_TASKS: '1', FETCH_TURN_WINDOWS: '1' });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const [[{ queued }]] = await db.query("SELECT COUNT(*) AS queued FROM fetch_task WHERE state = 'queued'");
  const after = await usedBytes(redis);
  printFigure({
    name: 'redis-memory',
    value: (after - before) / 1_024,
    unit: `KB of Redis while ${WAITING} tasks wait`,
    baseline: null,
    queued,
  });
  await handing.stop();
  redis.disconnect();
  await close();
}
