import path from 'node:path';
import { parseArgs } from 'node:util';
import { serveEngineControl } from './engine-control.mjs';
import { startPrivateEngines } from './engines.mjs';
import { Lifetime } from './lifetime.mjs';
import { runDir } from './run-dir.mjs';

export async function main() {
  const life = new Lifetime();
  life.watch();
  const { values } = parseArgs({ options: { dir: { type: 'string' } } });
  // Standard output carries the one line that is read by a program.
  console.log = console.error;
  process.stdin.resume();
  for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => void life.end(0));
  try {
    const dir = values.dir ? path.resolve(values.dir) : await runDir(life);
    const logDir = path.join(dir, 'logs');
    const { database, redis } = await startPrivateEngines({ dir, logDir, durable: false }, life);
    const control = await serveEngineControl({ database, redis }, dir);
    const answer = {
      databaseUrl: database.url,
      redisUrl: redis.url,
      databaseDir: database.dataDir,
      redisDir: redis.dataDir,
      databasePid: database.pid,
      redisPid: redis.pid,
      logDir,
      control,
    };
    life.signalCode = 0;
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } catch (error) {
    await life.fail(error);
  }
}
