import fs from 'node:fs/promises';
import path from 'node:path';
import { alone } from './dependencies.mjs';
import { LOCAL, privateDir, readJson, readText, remove, writeWhole } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { ask } from './processes.mjs';
import { step } from './steps.mjs';

const ENGINES = path.join(LOCAL, 'engines');
const APT = path.join(ENGINES, 'apt');
// A second C library beside the running one breaks every program that loads it.
const NEVER_UNPACKED = /^(libc6|libc-bin|libgcc-s1|libcrypt1)_/;

/** @typedef {{ root: string, env: NodeJS.ProcessEnv }} Unpacked `env` makes its programs find their libraries */

/** apt with its own state and cache, so that no root is needed; sources, keys and installed packages are the system's. */
async function aptEnv() {
  const conf = path.join(APT, 'apt.conf');
  for (const part of ['state', 'tmp', 'lists/partial', 'cache/archives/partial'])
    await privateDir(path.join(APT, part));
  const lines = [
    `Dir::State "${APT}/state";`,
    `Dir::State::lists "${APT}/lists";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${APT}/cache";`,
    'Dir::Log "/dev/null";',
    'APT::Sandbox::User "";',
    'Debug::NoLocking "true";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
  ];
  await writeWhole(conf, `${lines.join('\n')}\n`);
  // Its own folder for temporary files, so that a killed apt litters nobody else's.
  return {
    ...process.env,
    TMPDIR: path.join(APT, 'tmp'),
    APT_CONFIG: conf,
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C.UTF-8',
  };
}

let updated = null;
/** Fetches the package lists once per run. */
function updateLists(env) {
  updated ??= runGuarded({ command: 'apt-get', args: ['update', '-q'], env });
  return updated;
}

/** Which system and machine an unpacked package was made for. */
async function systemId() {
  const release = (await readText('/etc/os-release')) ?? '';
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  return `${field('ID')} ${field('VERSION_ID')} ${process.arch}`;
}

/** Folders of shared libraries; some (pulseaudio) lie one level deeper, found by an absolute path when installed. */
async function libraryFolders(root) {
  const found = [];
  const list = (folder) => fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const parent of ['usr/lib', 'lib'].map((name) => path.join(root, name))) {
    for (const { name } of await list(parent)) {
      if (!name.includes('-linux-gnu')) continue;
      const folder = path.join(parent, name);
      found.push(folder);
      for (const inner of await list(folder)) {
        const files = inner.isDirectory() ? await list(path.join(folder, inner.name)) : [];
        if (files.some((file) => /^lib.+\.so/.test(file.name))) found.push(path.join(folder, inner.name));
      }
    }
  }
  return found;
}

/** @returns {Promise<Unpacked>} */
async function describe(root) {
  const folders = await libraryFolders(root);
  if (process.env.LD_LIBRARY_PATH) folders.push(process.env.LD_LIBRARY_PATH);
  return { root, env: { ...process.env, LD_LIBRARY_PATH: folders.join(':') } };
}

export async function hasApt() {
  const answers = await Promise.all([ask('apt-get', ['--version']), ask('dpkg-deb', ['--version'])]);
  return answers.every((answer) => answer.code === 0);
}

let last = Promise.resolve();
/** One use of apt at a time. */
function inTurn(work) {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}

/** @returns {Promise<string[]>} names in the distribution that begin so, e.g. mysql-server-core-8.0 */
export function packageNames(prefix) {
  return inTurn(async () => {
    const env = await aptEnv();
    await updateLists(env);
    const { code, output } = await ask('apt-cache', ['pkgnames', prefix], { env });
    return code === 0 ? output.split('\n').filter(Boolean).sort().reverse() : [];
  });
}

/**
 * Downloads packages of the distribution with what they need beyond the installed ones, and unpacks them under
 * .local/engines. Nothing is installed and no root is needed.
 * @param {string} name folder under .local/engines @param {string[]} packages
 * @returns {Promise<Unpacked>} rejects with the reason
 */
export function unpackPackages(name, packages) {
  return inTurn(() => unpackNow(name, packages));
}

async function unpackNow(name, packages) {
  const target = path.join(ENGINES, name);
  const stamp = JSON.stringify([await systemId(), ...packages]);
  const isThere = async () => JSON.stringify(await readJson(path.join(target, 'stamp.json'))) === stamp;
  if (await isThere()) return describe(path.join(target, 'root'));
  return alone('engines', async () => {
    const fetchNow = () => fetchInto(target, packages, stamp);
    if (!(await isThere())) await step(`packages of this system: unpacking ${packages.join(', ')}`, fetchNow);
    return describe(path.join(target, 'root'));
  });
}

async function fetchInto(target, packages, stamp) {
  const archives = path.join(APT, 'cache', 'archives');
  const fresh = path.join(ENGINES, '.unpacking');
  await remove(fresh);
  await remove(path.join(APT, 'tmp'));
  const env = await aptEnv();
  for (const file of await fs.readdir(archives)) if (file.endsWith('.deb')) await remove(path.join(archives, file));
  await updateLists(env);
  const args = ['install', '--download-only', '--reinstall', '--no-install-recommends', '-y', '-q', ...packages];
  const download = await runGuarded({ command: 'apt-get', args, env });
  if (download.code !== 0) throw new Error(lastError(download.output));
  const debs = (await fs.readdir(archives)).filter((file) => file.endsWith('.deb') && !NEVER_UNPACKED.test(file));
  const root = await privateDir(path.join(fresh, 'root'));
  const script = 'root=$1; shift; for deb; do dpkg-deb -x "$deb" "$root" || exit 1; done';
  const unpack = await runGuarded({ command: 'sh', args: ['-c', script, 'sh', root, ...debs], cwd: archives });
  if (unpack.code !== 0) throw new Error(lastError(unpack.output));
  await writeWhole(path.join(fresh, 'stamp.json'), stamp);
  await remove(target);
  await fs.rename(fresh, target);
  for (const file of debs) await remove(path.join(archives, file));
}

const lastError = (output) =>
  output
    .split('\n')
    .filter((line) => /^(E:|dpkg-deb)/.test(line))
    .at(-1) ?? 'apt-get failed';
