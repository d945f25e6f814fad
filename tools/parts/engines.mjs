import path from 'node:path';
import { DATA_FOLDERS, databaseEngine, dataFolder } from './database-engine.mjs';
import { exists, privateDir, remove, tail } from './files.mjs';
import { freePort, portFile, rememberedPort, requireReachable } from './ports.mjs';
import { redisEngine } from './redis-engine.mjs';
import { Refusal } from './refusal.mjs';
import { removeSocketPlace } from './socket-place.mjs';
import { databaseSources, redisSources } from './sources.mjs';
import { step } from './steps.mjs';

/**
 * @typedef {object} EngineOptions
 * @property {string} dir holds the data, passwords and settings of both engines
 * @property {string} logDir
 * @property {boolean} durable data outlives this run: same ports again, Redis writes its log, a stop may take longer
 * @property {boolean} [hasty] the database writes nothing through to the disk: survives what happens to processes, not to machines
 *
 * @typedef {import('./engine.mjs').Engine} Engine
 */

const KINDS = {
  database: { title: 'MariaDB or MySQL', sources: databaseSources, make: databaseEngine },
  redis: { title: 'Redis or Valkey', sources: redisSources, make: redisEngine },
};

const HOW_TO =
  'Debian and Ubuntu: sudo apt-get install mariadb-server-core mariadb-client-core redis-server. ' +
  'macOS: brew install mariadb redis. Or set DATABASE_URL and REDIS_URL to servers of your own.';

/**
 * Starts one kind of server. A database folder fits one kind only: a source is refused when it would begin an empty
 * folder beside another's data, and a folder that it made and cannot use is removed.
 */
async function startFrom(source, kind, options) {
  const binary = await source.open();
  const data = path.join(options.dir, kind === 'redis' ? 'redis' : dataFolder(binary.flavour));
  const isNew = !(await exists(data));
  if (isNew && kind === 'database') {
    for (const other of DATA_FOLDERS.map((name) => path.join(options.dir, name)))
      if (await exists(other)) throw new Error(`it cannot read the data in ${other}`);
  }
  const port = options.durable ? await rememberedPort(portFile(options.dir, kind)) : await freePort();
  try {
    const engine = await KINDS[kind].make(binary, { ...options, port });
    await engine.start();
    return engine;
  } catch (error) {
    if (isNew) await remove(data);
    throw error;
  }
}

/** Starts one engine from the first source that works. @returns {Promise<Engine>} */
async function startOne(kind, options, life) {
  const { title, sources } = KINDS[kind];
  const skipped = [];
  for await (const source of sources()) {
    if (life.isEnding) break;
    try {
      return await startFrom(source, kind, options);
    } catch (error) {
      skipped.push(`${source.name}: ${error.message}`);
    }
  }
  throw new Refusal(`No ${title} could be started (${skipped.join('; ')}). ${HOW_TO}`);
}

/**
 * Starts private engines. They stop when `life` ends, and by themselves when this process is killed.
 * @param {EngineOptions & { only?: ('database' | 'redis')[] }} options
 * @param {import('./lifetime.mjs').Lifetime} life
 * @returns {Promise<{ database?: Engine, redis?: Engine }>}
 */
export async function startPrivateEngines({ only = ['database', 'redis'], ...options }, life) {
  await privateDir(options.dir);
  await privateDir(options.logDir);
  const started = {};
  life.onStop(
    async () => {
      await Promise.all(Object.values(started).map((engine) => engine.stop()));
      await removeSocketPlace(options.dir);
    },
    () => Object.values(started).forEach((engine) => engine.kill()),
  );
  const start = async (kind) => {
    const engine = await startOne(kind, options, life);
    started[kind] = engine;
    engine.onLost(async () => {
      const { log } = engine.spec;
      await life.fail(new Refusal(`The ${kind} ended unexpectedly. The end of ${log}:\n${await tail(log, 8)}`));
    });
    return engine;
  };
  const results = await Promise.allSettled(
    only.map((kind) =>
      step(
        `${kind}: starting a private one`,
        () => start(kind),
        (engine) => engine.source,
      ),
    ),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return started;
}

/**
 * The addresses of both engines: the given ones (DATABASE_URL, REDIS_URL) when something answers there, else private ones.
 * @returns {Promise<{ databaseUrl: string, redisUrl: string, engines: { database?: Engine, redis?: Engine } }>}
 */
export async function provideEngines(options, life) {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (databaseUrl) await requireReachable('DATABASE_URL', databaseUrl, 3306);
  if (redisUrl) await requireReachable('REDIS_URL', redisUrl, 6379);
  const only = [...(databaseUrl ? [] : ['database']), ...(redisUrl ? [] : ['redis'])];
  const engines = await startPrivateEngines({ ...options, only }, life);
  return {
    databaseUrl: databaseUrl || engines.database.url,
    redisUrl: redisUrl || engines.redis.url,
    engines,
  };
}
