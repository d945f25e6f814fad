import { build } from './builder.mjs';
import { installDependencies } from './dependencies.mjs';
import { listFiles } from './files.mjs';
import { runJest } from './jest.mjs';
import { Lifetime } from './lifetime.mjs';
import { Refusal } from './refusal.mjs';
import { runDir } from './run-dir.mjs';
import { testEnv } from './test-env.mjs';
import { testSpace } from './test-space.mjs';

/** Runs the named drills, or all; figures go to standard output, one JSON line each, all else to standard error. */
export async function main() {
  const life = new Lifetime();
  life.watch();
  console.log = console.error;
  const given = process.argv.slice(2);
  const names = given.filter((word) => !word.startsWith('-'));
  try {
    const drills = await listFiles(['test/drills'], (file) => file.endsWith('.drill.ts'));
    const known = drills.map((file) => file.replace(/^.*\/|\.drill\.ts$/g, ''));
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new Refusal(`No drill is named ${unknown.join(', ')}; there are: ${known.join(', ')}.`);
    const dir = await runDir(life);
    const code = (async () => {
      await installDependencies();
      await build();
    })();
    // Drills measure, too: with a database that writes as in production.
    const [, { env, provided, isOwn }] = await Promise.all([code, testEnv(dir, life, { hasty: false })]);
    const space = await testSpace(provided, life, { keep: isOwn });
    const files = (names.length > 0 ? names : known).map((name) => `/${name}.drill.ts`);
    const flags = ['--runInBand', ...given.filter((word) => word.startsWith('-'))];
    const { code: failed } = await runJest({
      projects: ['drill'],
      names: files,
      flags,
      env: { ...env, ...space },
      dir,
    });
    await life.end(failed);
  } catch (error) {
    await life.fail(error);
  }
}
