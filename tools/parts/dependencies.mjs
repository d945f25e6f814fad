import path from 'node:path';
import fs from 'node:fs/promises';
import { exists, hashFiles, LOCAL, readJson, readText, remove, ROOT, writeWhole } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { takeLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';
import { step } from './steps.mjs';

const MODULES = path.join(ROOT, 'node_modules');
const STAMP = path.join(MODULES, '.lock-stamp');

/**
 * Runs work that changes something shared; another command waits for its turn.
 * @template T
 * @param {'packages' | 'engines'} what @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function alone(what, work) {
  const wait = () => console.log(`  ${what}: another command is preparing them, waiting for it …`);
  const lock = await takeLock(path.join(LOCAL, `${what}.lock`), { wait });
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** npm writes this list last, so one that agrees with the lock file proves a complete installation. */
async function isInstalledByHand() {
  const wanted = (await readJson(path.join(ROOT, 'package-lock.json')))?.packages;
  const present = (await readJson(path.join(MODULES, '.package-lock.json')))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === '' ||
      entry.link ||
      entry.optional ||
      !name.includes('node_modules/') ||
      present[name]?.version === entry.version,
  );
}

/** npm's own path when npm started us, so that it need not be on PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.[cm]?js$/.test(cli) ? [process.execPath, cli] : ['npm'];
}

/** Installs the packages of package-lock.json unless node_modules holds exactly these. */
export async function installDependencies() {
  const hash = await hashFiles(['package-lock.json']);
  if ((await readText(STAMP)) === hash) return;
  await alone('packages', async () => {
    if ((await readText(STAMP)) === hash) return;
    if (await isInstalledByHand()) return writeWhole(STAMP, hash, 0o644);
    await step('packages: npm ci', async () => {
      await remove(STAMP);
      const [command, ...before] = npmCommand();
      // No package here needs its install script; NODE_ENV=production must not leave out the compiler.
      const args = [
        ...before,
        'ci',
        '--include=dev',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
      ];
      const { code, output } = await runGuarded({ command, args, cwd: ROOT });
      if (code === 127) throw new Refusal('npm was not found: install it (it comes with Node.js from nodejs.org).');
      if (code !== 0)
        throw new Refusal(`npm ci failed; correct what it says and run this again:\n${npmErrors(output)}`);
      await writeWhole(STAMP, hash, 0o644);
    });
  });
}

const npmErrors = (output) =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('npm warn'))
    .slice(-12)
    .join('\n');

/** @param {string} name a package @param {string} bin its command @returns {Promise<string>} the script to run with node */
export async function packageBin(name, bin = name) {
  const folder = path.join(MODULES, name);
  const manifest = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8'));
  const script = path.join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]);
  if (!(await exists(script))) throw new Refusal(`node_modules is damaged (${name}): delete it and run this again.`);
  return script;
}
