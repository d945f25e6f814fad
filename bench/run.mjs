import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from '../tools/parts/builder.mjs';
import { installDependencies } from '../tools/parts/dependencies.mjs';
import { provideEngines } from '../tools/parts/engines.mjs';
import { ROOT } from '../tools/parts/files.mjs';
import { Lifetime } from '../tools/parts/lifetime.mjs';
import { runDir } from '../tools/parts/run-dir.mjs';
import { testSpace } from '../tools/parts/test-space.mjs';

const BENCHMARKS = {
  'fetched-windows': async () => (await import('./fetch/fetched-windows.mjs')).benchFetchedWindows,
  'daily-cycles': async () => (await import('./fetch/daily-cycles.mjs')).benchDailyCycles,
  footprint: async () => (await import('./fetch/footprint.mjs')).benchFootprint,
  'token-look-ups': async () => (await import('./custody/token-look-ups.mjs')).benchTokenLookUps,
  'compatible-endpoint': async () => (await import('./compatible/compatible-endpoint.mjs')).benchCompatibleEndpoint,
  'accepted-pushes': async () => (await import('./custody/accepted-pushes.mjs')).benchAcceptedPushes,
};

/** Runs every benchmark, or those whose name holds a given word. Figures go to standard output, one JSON line each. */
export async function main() {
  const life = new Lifetime();
  life.watch();
  const say = console.log;
  const words = process.argv.slice(2);
  try {
    console.log = console.error;
    await installDependencies();
    await build();
    const dir = await runDir(life);
    const provided = await provideEngines(
      { dir: path.join(dir, 'engines'), logDir: path.join(dir, 'logs'), durable: false },
      life,
    );
    for (const [name, load] of Object.entries(BENCHMARKS)) {
      if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
      const space = await testSpace(provided, life, { keep: false });
      const env = {
        ...space,
        SECRET_KEYS: `bench:${randomBytes(32).toString('base64')}`,
        WECHAT_API_ORIGIN: 'http://127.0.0.1:1',
        CLOCK_SOURCE: 'system',
      };
      await promisify(execFile)(process.execPath, [path.join(ROOT, 'dist/database/migrate.js')], {
        env: { ...process.env, ...env },
      });
      const bench = await load();
      console.log = say;
      await bench({ databaseUrl: space.DATABASE_URL, redisUrl: space.REDIS_URL, env });
      console.log = console.error;
    }
    await life.end(0);
  } catch (error) {
    await life.fail(error);
  }
}
