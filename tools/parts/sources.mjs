import { databaseBinary, findProgram, programIn, redisBinary } from './binaries.mjs';
import { hasApt, packageNames, unpackPackages } from './debian-packages.mjs';
import { dockerDatabase, dockerRedis, hasDocker } from './docker.mjs';

/**
 * A place an engine may come from; `open` rejects with the reason when it has none.
 * @template T
 * @typedef {{ name: string, open: () => Promise<T> }} Source
 */

const onPath = (names, inspect) => ({
  name: 'PATH',
  open: async () => {
    const server = await findProgram(names);
    if (!server) throw new Error(`no ${names.join(' or ')}`);
    return inspect(server, server);
  },
});

const fromPackages = (folder, packages, programs, inspect) => ({
  name: `package ${packages[0]}`,
  open: async () => {
    const { root, env } = await unpackPackages(folder, packages);
    return inspect(`package ${packages[0]}`, await programIn(root, programs), { env, root });
  },
});

const docker = (make) => ({
  name: 'Docker',
  open: async () => {
    if (!(await hasDocker())) throw new Error('not running');
    return make();
  },
});

/** @returns {AsyncGenerator<Source<any>>} in the order in which they are tried */
export async function* databaseSources() {
  yield onPath(['mariadbd'], databaseBinary);
  yield onPath(['mysqld'], databaseBinary);
  if (await hasApt()) {
    yield fromPackages(
      'mariadb',
      ['mariadb-server-core', 'mariadb-client-core'],
      ['mariadbd', 'mysqld'],
      databaseBinary,
    );
    for (const name of await packageNames('mysql-server-core')) {
      yield fromPackages('mysql', [name], ['mysqld'], databaseBinary);
    }
  }
  yield docker(dockerDatabase);
}

/** @returns {AsyncGenerator<Source<any>>} in the order in which they are tried */
export async function* redisSources() {
  yield onPath(['redis-server'], redisBinary);
  yield onPath(['valkey-server'], redisBinary);
  if (await hasApt()) {
    yield fromPackages('redis', ['redis-server'], ['redis-server'], redisBinary);
    yield fromPackages('valkey', ['valkey-server'], ['valkey-server'], redisBinary);
  }
  yield docker(dockerRedis);
}
