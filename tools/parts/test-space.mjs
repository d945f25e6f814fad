import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from './files.mjs';
import { Refusal } from './refusal.mjs';

const requireInstalled = createRequire(path.join(ROOT, 'package.json'));

/** One statement over a connection of its own, or a Refusal with the server's reason. */
async function withDatabase(url, work) {
  const { createConnection } = requireInstalled('mysql2/promise');
  const connection = await createConnection({ uri: url, connectTimeout: 5000 }).catch((error) => {
    throw new Refusal(`The database refuses DATABASE_URL: ${error.message}.`);
  });
  try {
    return await work(connection);
  } finally {
    await connection.end().catch(() => {});
  }
}

async function dropSchemas(url, schema) {
  await withDatabase(url, async (connection) => {
    const [rows] = await connection.query('SHOW DATABASES');
    for (const row of rows) {
      const name = String(Object.values(row)[0]);
      if (name === schema || name.startsWith(`${schema}_`))
        await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
    }
  });
}

async function removeKeys(url, prefix) {
  const { Redis } = requireInstalled('ioredis');
  const redis = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: 3000, retryStrategy: null });
  redis.on('error', () => {});
  try {
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `*${prefix}*`, 'COUNT', 1000);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}

/**
 * A schema and a Redis prefix of this run's own, removed at its end. Tests may make more schemas that begin with the
 * schema's name and an underscore; those are dropped, too.
 * @param {{ databaseUrl: string, redisUrl: string }} urls
 * @param {import('./lifetime.mjs').Lifetime} life
 * @returns {Promise<{ DATABASE_URL: string, REDIS_URL: string, REDIS_PREFIX: string }>}
 */
export async function testSpace({ databaseUrl, redisUrl }, life, { keep }) {
  const id = randomBytes(5).toString('hex');
  const schema = `wpg_test_${id}`;
  const prefix = `{wpg-test-${id}}`;
  await withDatabase(databaseUrl, async (connection) => {
    await connection.query(`CREATE DATABASE \`${schema}\` CHARACTER SET utf8mb4`).catch((error) => {
      throw new Refusal(
        `The user of DATABASE_URL must be allowed to create schemas named wpg_test_…: ${error.message}.`,
      );
    });
  });
  const url = new URL(databaseUrl);
  url.pathname = `/${schema}`;
  if (!keep) {
    life.onStop(async () => {
      await Promise.allSettled([dropSchemas(databaseUrl, schema), removeKeys(redisUrl, prefix)]);
    });
  }
  return { DATABASE_URL: url.href, REDIS_URL: redisUrl, REDIS_PREFIX: prefix };
}
