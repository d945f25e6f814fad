import { spawn } from 'node:child_process';
import path from 'node:path';
import { enter } from './parts/entry.mjs';

/** The database `npm start` keeps under .local, when it runs right now. */
async function privateDatabaseUrl() {
  const { LOCAL, readJson } = await import('./parts/files.mjs');
  const { isReachable } = await import('./parts/ports.mjs');
  const { Refusal } = await import('./parts/refusal.mjs');
  const ports = await readJson(path.join(LOCAL, 'data', 'database-port.json'));
  const passwords = await readJson(path.join(LOCAL, 'data', 'database-passwords.json'));
  if (!ports || !passwords || !(await isReachable('127.0.0.1', ports.port)))
    throw new Refusal('Set DATABASE_URL, or keep `npm start` running in another terminal: its database is used then.');
  return `mysql://gateway:${passwords.user}@127.0.0.1:${ports.port}/gateway`;
}

async function main() {
  const { installDependencies } = await import('./parts/dependencies.mjs');
  const { build } = await import('./parts/builder.mjs');
  const { ROOT } = await import('./parts/files.mjs');
  const databaseUrl = process.env.DATABASE_URL || (await privateDatabaseUrl());
  await installDependencies();
  await build();
  const entry = path.join(ROOT, 'dist', 'apps', 'gateway', 'src', 'create-admin.js');
  // The settings of both stores are read together; making a user asks nothing of Redis.
  const env = { REDIS_URL: 'redis://127.0.0.1:6379', ...process.env, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit', env });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

enter(async () => ({ main }));
