import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { seed } from '../seed.mjs';
import { build } from './builder.mjs';
import { installDependencies } from './dependencies.mjs';
import { provideEngines } from './engines.mjs';
import { exists, LOCAL, PRIVATE_DATA, privateDir, readText, ROOT, SECRET_KEYS_FILE, writeWhole } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { Lifetime } from './lifetime.mjs';
import { takeLock } from './lock.mjs';
import { portSetting, requirePorts } from './ports.mjs';
import { Refusal } from './refusal.mjs';
import { Service, trimLog } from './service.mjs';
import { seconds, step } from './steps.mjs';
import { WORKER_FLAGS } from './worker-flags.mjs';

const DIST = path.join(ROOT, 'dist');
const LOGS = path.join(LOCAL, 'logs');

function readPorts() {
  return {
    gateway: portSetting('GATEWAY_PORT', 3000),
    gatewayOps: portSetting('GATEWAY_OPS_PORT', 3001),
    workerOps: portSetting('WORKER_OPS_PORT', 3002),
    sandbox: portSetting('SANDBOX_PORT', 3900),
  };
}

const checkPorts = (ports) =>
  requirePorts([
    { variable: 'GATEWAY_PORT', port: ports.gateway, use: 'gateway' },
    { variable: 'GATEWAY_OPS_PORT', port: ports.gatewayOps, use: 'operations of the gateway' },
    { variable: 'WORKER_OPS_PORT', port: ports.workerOps, use: 'operations of the worker' },
    { variable: 'SANDBOX_PORT', port: ports.sandbox, use: 'sandbox' },
  ]);

/** The key ring of this machine: one random key, made before any data, readable by its owner only. */
async function secretKeys() {
  const kept = (await readText(SECRET_KEYS_FILE))?.trim();
  if (kept) return kept;
  if (!process.env.DATABASE_URL && (await exists(PRIVATE_DATA)))
    throw new Refusal(
      `${SECRET_KEYS_FILE} is gone, and the data beside it cannot be read without it: put it back, or delete ${LOCAL} and begin anew.`,
    );
  const made = `local-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`;
  await writeWhole(SECRET_KEYS_FILE, `${made}\n`);
  return made;
}

/** What gateway and worker are told; the ports for operations are added per process. */
function settings(ports, keys, { databaseUrl, redisUrl }) {
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: process.env.REDIS_PREFIX || '{wpg}',
    GATEWAY_PORT: String(ports.gateway),
    GATEWAY_HOST: '127.0.0.1',
    WECHAT_API_ORIGIN: sandbox,
    WECHAT_PAGE_ORIGIN: sandbox,
    CLOCK_SOURCE: 'sandbox',
    LOCAL_MODE: '1',
    SECRET_KEYS: keys,
    LOG_LEVEL: process.env.LOG_LEVEL || 'info',
    PARENT_WATCH: '1',
    // Nothing may be left 10 s after this process was killed.
    SHUTDOWN_DEADLINE_MS: '6000',
  };
}

/** @returns {Service[]} in the order in which they are needed */
function services(ports, env) {
  const at = (port, route) => `http://127.0.0.1:${port}${route}`;
  const entry = (name) => path.join(DIST, 'apps', name, 'src', 'main.js');
  const sandboxEnv = {
    ...process.env,
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_STATE_FILE: path.join(LOCAL, 'sandbox', 'state.json'),
    SANDBOX_PARENT_WATCH: '1',
  };
  const make = (name, folder, own, readyUrl, graceMs, flags) =>
    new Service({ name, entry: entry(folder), env: own, readyUrl, logDir: LOGS, graceMs, flags });
  const gatewayEnv = { ...env, OPS_PORT: String(ports.gatewayOps) };
  const workerEnv = { ...env, OPS_PORT: String(ports.workerOps) };
  return [
    make('sandbox', 'wechat-sandbox', sandboxEnv, at(ports.sandbox, '/sandbox/health'), 800),
    make('gateway', 'gateway', gatewayEnv, at(ports.gateway, '/health/ready'), 1500),
    make('worker', 'worker', workerEnv, at(ports.workerOps, '/health/ready'), 3000, WORKER_FLAGS),
  ];
}

async function migrate(env) {
  const args = [path.join(DIST, 'database', 'migrate.js')];
  const { code, output } = await runGuarded({ command: process.execPath, args, env, cwd: ROOT });
  await writeWhole(path.join(LOGS, 'migrate.log'), `${output}\n`);
  if (code !== 0) throw new Refusal(`The migrations failed:\n${output.split('\n').slice(-15).join('\n')}`);
}

/** Installs and builds while the engines come up. */
async function prepare(life) {
  const code = (async () => {
    await installDependencies();
    await build();
  })();
  const engines = provideEngines({ dir: PRIVATE_DATA, logDir: LOGS, durable: true }, life);
  const [, provided] = await Promise.all([code, engines]);
  return provided;
}

async function startService(service, life) {
  life.onStop(
    () => service.stop(),
    () => service.kill(),
  );
  const lost = () => void life.fail(new Refusal(`The ${service.name} ended unexpectedly: see ${service.log}.`));
  await step(`${service.name}: starting`, () => service.start(lost));
}

async function bringUp(life) {
  const began = performance.now();
  const ports = readPorts();
  await privateDir(LOCAL);
  const lock = await takeLock(path.join(LOCAL, 'start.lock'));
  if (!lock) throw new Refusal('npm start is already running in this folder: use that one, or stop it first.');
  life.onStop(async () => lock.release());
  await checkPorts(ports);
  await privateDir(LOGS);
  await privateDir(path.join(LOCAL, 'sandbox'));
  for (const name of ['database', 'redis']) await trimLog(path.join(LOGS, `${name}.log`));
  console.log('WeChat Platform Gateway');
  const keys = await secretKeys();
  const env = settings(ports, keys, await prepare(life));
  await step('database: migrating', () => migrate(env));
  const [sandbox, gateway, worker] = services(ports, env);
  await startService(sandbox, life);
  await Promise.all([startService(gateway, life), startService(worker, life)]);
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const sandboxUrl = `http://127.0.0.1:${ports.sandbox}`;
  const printed = await seed({ gatewayUrl, sandboxUrl, localDir: LOCAL, env, step });
  life.signalCode = 0;
  console.log(`\nReady after ${seconds(performance.now() - began)}. Ctrl-C stops all of it.\n`);
  console.log(
    `  gateway   ${gatewayUrl}\n  API page  ${gatewayUrl}/docs\n  sandbox   ${sandboxUrl}\n  logs      ${LOGS}`,
  );
  if (printed) console.log(printed);
}

export async function main() {
  const life = new Lifetime();
  life.watch();
  try {
    await bringUp(life);
  } catch (error) {
    await life.fail(error);
  }
}
