import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { seedAccounts } from '../fetch/seed-rows.mjs';
import { startProgram } from '../process-run.mjs';
import { median, printFigure } from '../stats.mjs';

const mysql = createRequire(path.join(ROOT, 'package.json'))('mysql2/promise');
const ACCOUNTS = 1_000;

/** @param {{ databaseUrl: string, redisUrl: string, env: Record<string, string> }} space */
export async function benchTokenLookUps({ databaseUrl, env }) {
  const db = await mysql.createConnection({ uri: databaseUrl, timezone: 'Z' });
  const ids = await seedAccounts(db, { count: ACCOUNTS, secretKeys: env.SECRET_KEYS });
  await db.end();
  const args = [JSON.stringify({ ids, rounds: 5, mapMs: 1_500, selectMs: 1_500, databaseUrl })];
  const program = await startProgram(path.join(ROOT, 'bench/custody/look-ups.mjs'), { args, env });
  await program.stop();
  const rounds = program.first;
  const value = median(rounds.map(({ custody }) => custody));
  for (const [baseline, baselineIs] of [
    ['map', 'a bare Map in the process'],
    ['select', 'a bare SELECT by primary access path, 20 connections, nothing opened'],
  ]) {
    printFigure({
      name: `token-look-ups-vs-${baseline}`,
      value,
      unit: 'look-ups/s, 1,000 accounts, 50 callers, one process',
      baseline: median(rounds.map((round) => round[baseline])),
      ratio: median(rounds.map((round) => round.custody / round[baseline])),
      baselineIs,
    });
  }
}
