import fs from 'node:fs/promises';
import path from 'node:path';
import { exists } from './files.mjs';
import { ask } from './processes.mjs';

/**
 * @typedef {object} DatabaseBinary
 * @property {string} source where it was found, for people
 * @property {'mariadb' | 'mysql'} flavour their data folders do not fit each other
 * @property {string} server
 * @property {string} [installTool] mariadb-install-db
 * @property {string} [root] folder of unpacked packages
 * @property {NodeJS.ProcessEnv} env
 *
 * @typedef {{ source: string, server: string, env: NodeJS.ProcessEnv }} RedisBinary
 */

// Servers lie outside an ordinary user's PATH on Debian, and outside anyone's with Homebrew's versioned formulas.
const MORE_FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/usr/libexec',
  ...['mariadb', 'mysql', 'mysql@8.4', 'redis', 'valkey'].flatMap((name) => [
    `/opt/homebrew/opt/${name}/bin`,
    `/usr/local/opt/${name}/bin`,
  ]),
];

const searchFolders = () =>
  [...new Set([...(process.env.PATH ?? '').split(path.delimiter), ...MORE_FOLDERS])].filter(Boolean);

/** @param {string[]} names in order of preference @param {string[]} [folders] @returns {Promise<string | null>} */
export async function findProgram(names, folders = searchFolders()) {
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      const isUsable = await fs.access(file, fs.constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isUsable) return file;
    }
  }
  return null;
}

const isAtLeast = (version, [major, minor]) => version[0] > major || (version[0] === major && version[1] >= minor);

/** @returns {Promise<[number, number]>} rejects when the program does not run */
async function versionOf(server, env, pattern) {
  const { code, output } = await ask(server, ['--version'], { env });
  const match = pattern.exec(output);
  if (code !== 0 || !match) throw new Error(`${server} does not run: ${output.split('\n').at(-1)}`);
  return { version: [Number(match[1]), Number(match[2])], text: output };
}

/** Looks at a server program. @returns {Promise<DatabaseBinary>} rejects with the reason why it cannot be used */
export async function databaseBinary(source, server, { env = process.env, root } = {}) {
  const { version, text } = await versionOf(server, env, /Ver (\d+)\.(\d+)/);
  const isMaria = /mariadb/i.test(text);
  if (!isAtLeast(version, isMaria ? [10, 11] : [8, 0])) {
    throw new Error(`${server} is version ${version.join('.')}; MariaDB 10.11 or MySQL 8.0 is needed`);
  }
  if (!isMaria) return { source, flavour: 'mysql', server, root, env };
  const near = [path.dirname(server), path.dirname(await fs.realpath(server))];
  const folders = root
    ? [path.join(root, 'usr/bin')]
    : [
        ...near.flatMap((folder) => [folder, path.join(folder, '../bin'), path.join(folder, '../scripts')]),
        ...searchFolders(),
      ];
  const installTool = await findProgram(['mariadb-install-db', 'mysql_install_db'], folders);
  if (!installTool) throw new Error(`${server} comes without mariadb-install-db`);
  return { source, flavour: 'mariadb', server, installTool, root, env };
}

/** @returns {Promise<RedisBinary>} rejects with the reason why it cannot be used */
export async function redisBinary(source, server, { env = process.env } = {}) {
  const { version } = await versionOf(server, env, /v=(\d+)\.(\d+)/);
  if (!isAtLeast(version, [6, 2])) throw new Error(`${server} is version ${version.join('.')}; 6.2 is needed`);
  return { source, server, env };
}

/** A program inside unpacked packages. @returns {Promise<string>} */
export async function programIn(root, names) {
  for (const name of names) {
    for (const folder of ['usr/sbin', 'usr/bin', 'usr/libexec']) {
      const file = path.join(root, folder, name);
      if (await exists(file)) return file;
    }
  }
  throw new Error(`the packages hold no ${names[0]}`);
}
