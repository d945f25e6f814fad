import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './builder.mjs';
import { runningDatabaseUrl } from './database-engine.mjs';
import { installDependencies } from './dependencies.mjs';
import { LOCAL, PRIVATE_DATA, readJson, readText, ROOT } from './files.mjs';
import { requireReachable } from './ports.mjs';
import { Refusal } from './refusal.mjs';

/** The settings of the environment, or, without DATABASE_URL, those of the installation `npm start` runs in this folder. */
async function settings() {
  const given = process.env.DATABASE_URL;
  if (given) {
    await requireReachable('DATABASE_URL', given, 3306);
    return {};
  }
  const running = await runningDatabaseUrl(PRIVATE_DATA);
  if (!running)
    throw new Refusal(
      'Set DATABASE_URL and the other settings of the gateway, or keep `npm start` running in another terminal.',
    );
  const demo = await readJson(path.join(LOCAL, 'demo.json'));
  const keys = (await readText(path.join(LOCAL, 'secret-keys')))?.trim();
  const sandbox = demo?.sandbox ?? `http://127.0.0.1:${process.env.SANDBOX_PORT || 3900}`;
  return {
    DATABASE_URL: running,
    WECHAT_API_ORIGIN: sandbox,
    WECHAT_PAGE_ORIGIN: sandbox,
    CLOCK_SOURCE: 'sandbox',
    LOCAL_MODE: '1',
    ...(keys ? { SECRET_KEYS: keys } : {}),
  };
}

export async function main() {
  const own = await settings();
  await installDependencies();
  await build();
  const entry = path.join(ROOT, 'dist', 'apps', 'gateway', 'src', 'doctor.js');
  // The settings of both stores are read together; the doctor asks nothing of Redis.
  const env = { REDIS_URL: 'redis://127.0.0.1:6379', ...process.env, ...own };
  const child = spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit', env });
  child.on('exit', (code) => {
    process.exitCode = code ?? 3;
  });
}
