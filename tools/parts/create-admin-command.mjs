import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './builder.mjs';
import { runningDatabaseUrl } from './database-engine.mjs';
import { installDependencies } from './dependencies.mjs';
import { PRIVATE_DATA, ROOT } from './files.mjs';
import { requireReachable } from './ports.mjs';
import { Refusal } from './refusal.mjs';

/** DATABASE_URL, else the database that npm start runs in this folder right now. */
async function databaseUrl() {
  const given = process.env.DATABASE_URL;
  if (given) {
    await requireReachable('DATABASE_URL', given, 3306);
    return given;
  }
  const running = await runningDatabaseUrl(PRIVATE_DATA);
  if (running) return running;
  throw new Refusal('Set DATABASE_URL, or keep `npm start` running in another terminal: its database is used then.');
}

export async function main() {
  const DATABASE_URL = await databaseUrl();
  await installDependencies();
  await build();
  const entry = path.join(ROOT, 'dist', 'apps', 'gateway', 'src', 'create-admin.js');
  // The settings of both stores are read together; making a user asks nothing of Redis.
  const env = { REDIS_URL: 'redis://127.0.0.1:6379', ...process.env, DATABASE_URL };
  const child = spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit', env });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
