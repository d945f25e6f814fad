import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { appidOf, seedAccounts } from '../fetch/seed-rows.mjs';
import { startGateway } from '../gateway-run.mjs';
import { cpuMs, startProgram } from '../process-run.mjs';
import { median, printFigure } from '../stats.mjs';

const mysql = createRequire(path.join(ROOT, 'package.json'))('mysql2/promise');
const ACCOUNTS = 200;
const DAYS = 60;
const PAIRS = 7;
const AT_ONCE = 50;
const MS = 3_000;
const LEAST = 0.6;
const here = (name) => path.join(ROOT, 'bench/compatible', name);

/** Sixty days of every account, from 2026-01-01 on. */
async function seedDays(db, ids) {
  for (const id of ids) {
    const rows = Array.from({ length: DAYS }, (_, n) => {
      const day = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
      return [id, day, 100_000 + n, 2, new Date()];
    });
    await db.query('INSERT INTO daily_cumulate (account_id, ref_date, cumulate_user, state, fetched_at) VALUES ?', [
      rows,
    ]);
  }
}

async function seedKey(db) {
  const prefix = '0123456789ab';
  const key = `wpg_${prefix}_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(key).digest();
  await db.query(
    'INSERT INTO api_key (id, prefix, secret_hash, name, provider_id, scopes, created_by, created_at) VALUES (?)',
    [['key_bench', prefix, hash, 'bench', 'prv_bench', 'datacube:call', 'usr_bench', new Date()]],
  );
  return key;
}

/** Asks for a while, and how much CPU the process that answers has used for an answer. */
async function ask({ origin, pid }, query) {
  const before = cpuMs(pid);
  const appids = Array.from({ length: ACCOUNTS }, (_, n) => appidOf(n + 1));
  const program = await startProgram(here('ask-rate.mjs'), {
    args: [JSON.stringify({ origin, query, appids, atOnce: AT_ONCE, ms: MS })],
  });
  await program.stop();
  const { rate, p99, answers } = program.first;
  return { rate, p99, cpu: (cpuMs(pid) - before) / answers };
}

/** @param {{ databaseUrl: string, redisUrl: string, env: Record<string, string> }} space */
export async function benchCompatibleEndpoint({ databaseUrl, env }) {
  const db = await mysql.createConnection({ uri: databaseUrl, timezone: 'Z' });
  const ids = await seedAccounts(db, { count: ACCOUNTS, secretKeys: env.SECRET_KEYS });
  await seedDays(db, ids);
  const key = await seedKey(db);
  await db.end();
  // Counted as ever, and never too many.
  const gateway = await startGateway({ ...env, KEY_REQUESTS_A_MINUTE: '1000000' });
  const accounts = ids.map((id) => [appidOf(id), id]);
  const bare = await startProgram(here('bare-days.mjs'), { args: [JSON.stringify({ databaseUrl, accounts })] });
  const bareOne = { origin: `http://127.0.0.1:${bare.first.port}`, pid: bare.pid };
  try {
    const pairs = [];
    for (let n = 0; n <= PAIRS; n++) {
      const ours = await ask(gateway, `&access_token=${key}`);
      const base = await ask(bareOne, '');
      // The first pair warms up and is not counted.
      if (n > 0) pairs.push({ ours, base });
    }
    print(pairs);
  } finally {
    await bare.stop();
    await gateway.stop();
  }
}

function print(pairs) {
  const ratio = median(pairs.map(({ ours, base }) => ours.rate / base.rate));
  const baselineIs = 'a bare Fastify route with the same SELECT, 20 connections; no key, no checks, no log';
  printFigure({
    name: 'compatible-endpoint',
    value: median(pairs.map(({ ours }) => ours.rate)),
    unit: `requests/s from storage, ${ACCOUNTS} accounts, 7 days each, ${AT_ONCE} at once, one gateway that logs each`,
    baseline: median(pairs.map(({ base }) => base.rate)),
    ratio,
    ok: ratio >= LEAST,
    baselineIs,
  });
  printFigure({
    name: 'compatible-endpoint-p99',
    value: median(pairs.map(({ ours }) => ours.p99)),
    unit: 'ms',
    baseline: median(pairs.map(({ base }) => base.p99)),
    ratio: median(pairs.map(({ ours, base }) => ours.p99 / base.p99)),
    baselineIs,
  });
  printFigure({
    name: 'compatible-endpoint-cpu',
    value: median(pairs.map(({ ours }) => ours.cpu)),
    unit: 'ms of the gateway’s CPU for an answer',
    baseline: median(pairs.map(({ base }) => base.cpu)),
    ratio: median(pairs.map(({ ours, base }) => ours.cpu / base.cpu)),
    baselineIs,
  });
}
