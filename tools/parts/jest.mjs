import path from 'node:path';
import { packageBin } from './dependencies.mjs';
import { readJson, ROOT } from './files.mjs';
import { runGuarded } from './guarded.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, code: number }} Tally */

/** All tests take about twenty minutes on two quiet cores; a run that hangs on something left open must not hang for ever. */
const LIMIT_MS = 45 * 60_000;

/** For a hook that makes a schema on a slow machine; jest's own five seconds are for tests without one. */
const PATIENCE_MS = 30_000;

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/**
 * Runs jest on some projects with its output on our terminal.
 * @param {{ projects: string[], names: string[], flags: string[], env: NodeJS.ProcessEnv, dir: string }} run `names`:
 *   only files whose path within the project holds one of them
 * @returns {Promise<Tally>} a test file that does not load counts as one failure
 */
export async function runJest({ projects, names, flags, env, dir }) {
  const result = path.join(dir, `jest-${projects.join('-')}.json`);
  const patterns = names.flatMap((name) => ['--testPathPatterns', `^${escape(ROOT)}/.*${escape(name)}`]);
  const args = [
    ...[await packageBin('jest'), '--selectProjects', ...projects, ...patterns, ...flags],
    ...[`--testTimeout=${PATIENCE_MS}`, '--passWithNoTests', '--json', `--outputFile=${result}`],
  ];
  const spec = { command: process.execPath, args, env, cwd: ROOT, inherit: true, limitMs: LIMIT_MS };
  const { code } = await runGuarded(spec);
  if (code === 137)
    console.error(`jest was ended: it had not exited after ${LIMIT_MS / 60_000} minutes; a test left something open.`);
  const report = await readJson(result);
  if (!report) return { passed: 0, failed: 1, skipped: 0, code: code || 1 };
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    code,
  };
}

/** @param {Tally[]} tallies @returns {Tally} with the first code that is not 0 */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0, code: 0 };
  for (const tally of tallies) {
    for (const key of ['passed', 'failed', 'skipped']) total[key] += tally[key];
    total.code ||= tally.code;
  }
  return total;
}
