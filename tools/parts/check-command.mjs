import path from 'node:path';
import { installDependencies, packageBin } from './dependencies.mjs';
import { ROOT } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { Lifetime } from './lifetime.mjs';
import { seconds } from './steps.mjs';

/**
 * The longest come first, because two run at a time.
 * @type {{ name: string, script: () => Promise<string>, args: string[] }[]}
 */
const CHECKS = [
  { name: 'lint', script: () => packageBin('eslint'), args: ['.'] },
  { name: 'types', script: () => packageBin('typescript', 'tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'dead code', script: () => packageBin('knip'), args: [] },
  {
    name: 'boundaries',
    script: () => packageBin('dependency-cruiser', 'depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'database'],
  },
  { name: 'format', script: () => packageBin('prettier'), args: ['--check', '.'] },
  { name: 'lock file', script: async () => path.join(ROOT, 'tools', 'lock-check.mjs'), args: [] },
];

/** @returns {Promise<boolean>} whether it passed */
async function runCheck({ name, script, args }) {
  const began = performance.now();
  const { code, output } = await runGuarded({ command: process.execPath, args: [await script(), ...args], cwd: ROOT });
  console.log(`${code === 0 ? 'ok    ' : 'failed'}  ${name} (${seconds(performance.now() - began)})`);
  if (code !== 0) console.log(`${output}\n`);
  return code === 0;
}

export async function main() {
  const life = new Lifetime();
  life.watch();
  try {
    await installDependencies();
    const waiting = [...CHECKS];
    const results = [];
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await runCheck(next));
    };
    await Promise.all([lane(), lane()]);
    await life.end(results.every(Boolean) ? 0 : 1);
  } catch (error) {
    await life.fail(error);
  }
}
