import path from 'node:path';
import { build } from './builder.mjs';
import { findChromium } from './chromium.mjs';
import { installDependencies } from './dependencies.mjs';
import { listFiles } from './files.mjs';
import { runJest, sum } from './jest.mjs';
import { Lifetime } from './lifetime.mjs';
import { Refusal } from './refusal.mjs';
import { runDir } from './run-dir.mjs';
import { seconds, step } from './steps.mjs';
import { testEnv } from './test-env.mjs';
import { testSpace } from './test-space.mjs';

/** Which jest project runs a test file; jest.config.cjs says the same. */
function projectOf(file) {
  if (file.endsWith('.db.spec.ts')) return 'db';
  if (file.startsWith('test/alone/')) return 'alone';
  return file.startsWith('test/') ? 'e2e' : 'unit';
}

/** @param {string[]} names @returns {Promise<string[]>} test files whose path holds one of the names; all without names */
async function selectFiles(names) {
  const files = await listFiles(['apps', 'libs', 'database', 'test'], (file) => file.endsWith('.spec.ts'));
  if (names.length === 0) return files;
  // jest compares without regard to case, too.
  const holds = (file, name) => file.toLowerCase().includes(name.toLowerCase());
  const matching = files.filter((file) => names.some((name) => holds(file, name)));
  if (matching.length === 0)
    throw new Refusal(`No test has ${names.map((name) => `"${name}"`).join(' or ')} in its path.`);
  return matching;
}

/** Runs the projects that the selected files belong to. @returns {Promise<import('./jest.mjs').Tally>} */
async function runAll({ files, names, flags, life }) {
  const wanted = new Set(files.map(projectOf));
  const withEngines = ['db', 'e2e', 'alone'].filter((project) => wanted.has(project));
  const dir = await runDir(life);
  // Preparing overlaps where it can: engines need no packages, and only the system tests need the programs.
  const code = (async () => {
    await installDependencies();
    if (files.some((file) => file.startsWith('test/'))) await build();
  })();
  const browser = files.some((file) => file.includes('browser')) ? findChromium() : null;
  const [, engines, chromium] = await Promise.all([code, withEngines.length > 0 ? testEnv(dir, life) : null, browser]);
  const tallies = [];
  if (wanted.has('unit') || files.length === 0) {
    const env = { ...process.env, TEST_ENGINES: 'none' };
    tallies.push(await runJest({ projects: ['unit'], names, flags: ['--maxWorkers=2', ...flags], env, dir }));
  }
  if (engines) {
    const { env, provided, isOwn } = engines;
    const space = await step('tests: making a schema of their own', () => testSpace(provided, life, { keep: isOwn }));
    const all = { ...env, ...space, ...chromium };
    // Each file has a schema of its own; those of `alone` are timed, or stop engines.
    for (const project of withEngines) {
      const parallel = project === 'alone' ? '--runInBand' : '--maxWorkers=2';
      tallies.push(await runJest({ projects: [project], names, flags: [parallel, ...flags], env: all, dir }));
    }
  }
  return sum(tallies);
}

export async function main() {
  const began = performance.now();
  const life = new Lifetime();
  life.watch();
  const given = process.argv.slice(2);
  const flags = given.filter((word) => word.startsWith('-'));
  const names = given.filter((word) => !word.startsWith('-'));
  try {
    const files = await selectFiles(names);
    const { passed, failed, skipped, code } = await runAll({ files, names, flags, life });
    const sentence = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(`\nTests took ${seconds(performance.now() - began)}.`);
    life.onExit(() => console.log(sentence));
    await life.end(code);
  } catch (error) {
    await life.fail(error);
  }
}
