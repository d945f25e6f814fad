import path from 'node:path';
import { serveEngineControl } from './engine-control.mjs';
import { provideEngines } from './engines.mjs';

/**
 * Engines of this run, and the environment variables that tell tests about them.
 * @param {string} dir the run's folder
 * @param {import('./lifetime.mjs').Lifetime} life
 */
export async function testEnv(dir, life, { hasty = true } = {}) {
  const logDir = path.join(dir, 'logs');
  const provided = await provideEngines({ dir: path.join(dir, 'engines'), logDir, durable: false, hasty }, life);
  const { database, redis } = provided.engines;
  const isOwn = Boolean(database && redis);
  const env = { ...process.env, TEST_ENGINES: isOwn ? 'own' : 'given', TEST_ENGINE_DIR: '', TEST_LOG_DIR: logDir };
  if (isOwn) {
    env.TEST_ENGINE_DIR = path.join(dir, 'engines');
    env.TEST_DATABASE_DIR = database.dataDir;
    env.TEST_REDIS_DIR = redis.dataDir;
    env.TEST_ENGINE_CONTROL = await serveEngineControl({ database, redis }, dir);
  }
  return { env, provided, isOwn };
}
