import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { dockerCommand } from './docker.mjs';
import { Engine } from './engine.mjs';
import { privateDir, readText, writeWhole } from './files.mjs';
import { redisAnswers } from './ports.mjs';

/** @typedef {import('./engines.mjs').EngineOptions} EngineOptions */

async function password(dir) {
  const file = path.join(dir, 'redis-password');
  const kept = await readText(file);
  if (kept) return kept;
  const made = randomBytes(24).toString('base64url');
  await writeWhole(file, made);
  return made;
}

/** @param {any} binary @param {EngineOptions & { port: number }} options @returns {Promise<Engine>} */
export async function redisEngine(binary, { dir, logDir, port, durable }) {
  const isDocker = binary.flavour === 'docker';
  const dataDir = await privateDir(path.join(dir, 'redis'));
  const conf = path.join(dir, 'redis.conf');
  const secret = await password(dir);
  const lines = [
    isDocker ? 'bind *' : 'bind 127.0.0.1',
    `port ${isDocker ? 6379 : port}`,
    `requirepass ${secret}`,
    `dir "${isDocker ? '/data' : dataDir}"`,
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
  ];
  // In a container started by root the server has another user id; the folder around the file stays closed.
  await writeWhole(conf, `${lines.join('\n')}\n`, isDocker ? 0o644 : 0o600);
  const mounts = [`${dataDir}:/data`, `${conf}:/wpg-redis.conf:ro`];
  const command = isDocker
    ? dockerCommand({ image: binary.image, dir, port, inner: 6379, mounts, args: ['redis-server', '/wpg-redis.conf'] })
    : { command: binary.server, args: [conf], env: binary.env };
  return new Engine({
    name: 'redis',
    source: binary.source,
    url: `redis://:${secret}@127.0.0.1:${port}`,
    port,
    dataDir,
    log: path.join(logDir, 'redis.log'),
    isReady: () => redisAnswers(port, secret),
    readyMs: isDocker ? 60_000 : 20_000,
    command: { ...command, graceMs: 4000, delayMs: durable ? 1500 : 0 },
  });
}
