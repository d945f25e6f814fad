import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { dockerCommand } from './docker.mjs';
import { Engine } from './engine.mjs';
import { exists, privateDir, readJson, remove, writeWhole } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { keptPort, mysqlAnswers, portFile } from './ports.mjs';
import { socketPlace } from './socket-place.mjs';

/** @typedef {import('./engines.mjs').EngineOptions} EngineOptions */

const USER = 'gateway';
const DATABASE = 'gateway';

/** Folders of database files; each kind of server reads its own only. */
export const DATA_FOLDERS = ['mariadb', 'mysql', 'docker-mysql'];
export const dataFolder = (flavour) => (flavour === 'docker' ? 'docker-mysql' : flavour);

/** Passwords of this data folder: made once, readable by its owner only. */
async function passwords(dir) {
  const file = path.join(dir, 'database-passwords.json');
  const kept = await readJson(file);
  if (kept?.user && kept.root) return kept;
  const made = { user: randomBytes(24).toString('base64url'), root: randomBytes(24).toString('base64url') };
  await writeWhole(file, JSON.stringify(made));
  return made;
}

const urlOf = ({ user }, port) => `mysql://${USER}:${user}@127.0.0.1:${port}/${DATABASE}`;

/** The address of the private database of a folder, when it runs right now. @returns {Promise<string | null>} */
export async function runningDatabaseUrl(dir) {
  const secrets = await readJson(path.join(dir, 'database-passwords.json'));
  const port = await keptPort(portFile(dir, 'database'));
  return secrets && port && (await mysqlAnswers(port)) ? urlOf(secrets, port) : null;
}

/** SQL that the server runs at every start, before it accepts connections; each line must be repeatable. */
function initSql({ user, root }, flavour) {
  const host = flavour === 'docker' ? '%' : '127.0.0.1';
  // MariaDB's root may only come through the socket, as the user who made the data; Docker's image sets root itself.
  const rootLine = flavour === 'mysql' ? [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${root}';`] : [];
  return [
    ...rootLine,
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4;`,
    `CREATE USER IF NOT EXISTS '${USER}'@'${host}' IDENTIFIED BY '${user}';`,
    `ALTER USER '${USER}'@'${host}' IDENTIFIED BY '${user}';`,
    `GRANT ALL PRIVILEGES ON ${DATABASE}.* TO '${USER}'@'${host}';`,
    `GRANT ALL PRIVILEGES ON \`wpg\\_test\\_%\`.* TO '${USER}'@'${host}';`,
    '',
  ].join('\n');
}

const placeArgs = (root, flavour) =>
  root
    ? [
        `--basedir=${root}/usr`,
        `--lc-messages-dir=${root}/usr/share/mysql`,
        `--plugin-dir=${root}/usr/lib/mysql/plugin`,
        ...(flavour === 'mysql' ? [`--character-sets-dir=${root}/usr/share/mysql/charsets`] : []),
      ]
    : [];

// As root the server insists on being told that this is meant.
const userArgs = () => (process.getuid() === 0 ? ['--user=root'] : []);

/** Makes an empty data folder next to its place and moves it there when complete. */
async function initialise(binary, dataDir, tmp, log) {
  if (await exists(dataDir)) return;
  const fresh = `${dataDir}.new`;
  await remove(fresh);
  await privateDir(fresh);
  const common = ['--no-defaults', ...userArgs(), ...placeArgs(binary.root, binary.flavour), `--datadir=${fresh}`];
  const maria = [
    ...common.filter((arg) => !arg.startsWith('--lc-messages') && !arg.startsWith('--plugin-dir')),
    `--tmpdir=${tmp}`,
    '--auth-root-authentication-method=socket',
    `--auth-root-socket-user=${os.userInfo().username}`,
    '--skip-test-db',
  ];
  const { code, output } =
    binary.flavour === 'mariadb'
      ? await runGuarded({ command: binary.installTool, args: maria, env: binary.env })
      : await runGuarded({ command: binary.server, args: [...common, '--initialize-insecure'], env: binary.env });
  await fs.appendFile(log, `${output}\n`);
  if (code !== 0) throw new Error(`no data folder could be made: ${output.split('\n').slice(-3).join(' | ')}`);
  await fs.rename(fresh, dataDir);
}

/** Three times as fast where schemas are made and dropped all the time. */
const HASTY_ARGS = ['--innodb-flush-method=nosync', '--innodb-file-per-table=0'];

function serverArgs(flavour, { durable, hasty = false }) {
  return [
    ...(hasty ? HASTY_ARGS : []),
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--transaction-isolation=READ-COMMITTED',
    '--default-time-zone=+00:00',
    '--local-infile=0',
    '--max-connections=300',
    '--max-allowed-packet=64M',
    '--innodb-flush-log-at-trx-commit=1',
    `--innodb-buffer-pool-size=${durable ? '256M' : '64M'}`,
    ...(flavour === 'mariadb'
      ? [`--innodb-log-file-size=${durable ? '96M' : '32M'}`]
      : ['--mysqlx=OFF', '--secure-file-priv=NULL', '--disable-log-bin']),
  ];
}

/** @param {any} binary @param {EngineOptions & { port: number }} options @returns {Promise<Engine>} */
export async function databaseEngine(binary, { dir, logDir, port, durable, hasty }) {
  const isDocker = binary.flavour === 'docker';
  const dataDir = path.join(dir, dataFolder(binary.flavour));
  const init = path.join(dir, 'database-init.sql');
  const log = path.join(logDir, 'database.log');
  const settings = serverArgs(isDocker ? 'mysql' : binary.flavour, { durable, hasty });
  const secrets = await passwords(dir);
  // In a container started by root the server has another user id; the folder around the file stays closed.
  await writeWhole(init, initSql(secrets, binary.flavour), isDocker ? 0o644 : 0o600);
  return new Engine({
    name: 'database',
    source: binary.source,
    url: urlOf(secrets, port),
    port,
    dataDir,
    log,
    isReady: () => mysqlAnswers(port),
    readyMs: isDocker ? 120_000 : 40_000,
    command: {
      ...(isDocker
        ? await dockerServer(binary, { dir, dataDir, init, port, settings, root: secrets.root })
        : await nativeServer(binary, { dir, dataDir, init, port, settings, log })),
      graceMs: 5000,
      delayMs: durable ? 1500 : 0,
    },
  });
}

async function nativeServer(binary, { dir, dataDir, init, port, settings, log }) {
  const tmp = await privateDir(path.join(dir, 'tmp'));
  await initialise(binary, dataDir, tmp, log);
  const socket = await socketPlace(dir, 'database.sock');
  const places = [`--datadir=${dataDir}`, `--tmpdir=${tmp}`, `--socket=${socket}`, `--pid-file=${dir}/database.pid`];
  const own = ['--no-defaults', ...userArgs(), ...placeArgs(binary.root, binary.flavour), ...places];
  const args = [...own, `--port=${port}`, `--init-file=${init}`, ...settings];
  return { command: binary.server, args, env: binary.env };
}

async function dockerServer(binary, { dir, dataDir, init, port, settings, root }) {
  const secret = path.join(dir, 'database-docker.env');
  await writeWhole(secret, `MYSQL_ROOT_PASSWORD=${root}\nMYSQL_ROOT_HOST=localhost\n`);
  await privateDir(dataDir);
  const mounts = [`${dataDir}:/var/lib/mysql`, `${init}:/wpg-init.sql:ro`];
  const inside = settings.filter((arg) => !arg.startsWith('--bind-address'));
  const args = ['--init-file=/wpg-init.sql', ...inside];
  return dockerCommand({ image: binary.image, dir, port, inner: 3306, mounts, args, options: ['--env-file', secret] });
}
