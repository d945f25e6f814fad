import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const { KeyRing, Secret, SecretBox } = require('./dist/libs/kernel/src/index.js');

export const PLATFORM = 'plt_bench';
/** Nothing is asked for its accounts. */
const ASIDE = 'plt_aside';
export const COMPONENT = 'wxbenchcomponent';
const CHUNK = 2_000;
export const appidOf = (id) => `wxbench${String(id).padStart(8, '0')}`;

/** A provider with one platform. Returns the secrets its pushes are made with. */
export async function seedPlatform(db, secretKeys) {
  const box = new SecretBox(KeyRing.parse(secretKeys));
  const now = new Date();
  const secrets = {
    callbackToken: randomBytes(12).toString('hex'),
    encodingAesKey: randomBytes(32).toString('hex').slice(0, 43),
  };
  await db.query("INSERT INTO provider VALUES ('prv_bench', 'bench', ?)", [now]);
  await db.query('INSERT INTO platform (id, provider_id, appid, name, public_origin, created_at) VALUES ?', [
    [
      [PLATFORM, 'prv_bench', COMPONENT, 'bench', 'http://127.0.0.1', now],
      [ASIDE, 'prv_bench', `${COMPONENT}aside`, 'aside', 'http://127.0.0.1', now],
    ],
  ]);
  for (const [kind, value] of [
    ['callback_token', secrets.callbackToken],
    ['encoding_aes_key', secrets.encodingAesKey],
  ]) {
    const { keyId, bytes } = box.seal(new Secret(value), ['platform_secret', PLATFORM, kind, 'current']);
    await db.query('INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at) VALUES (?)', [
      [PLATFORM, kind, 'current', keyId, bytes, now],
    ]);
  }
  return secrets;
}

/**
 * Accounts that are authorized, with set 2 and a token that does not expire during the run.
 * @param {import('mysql2/promise').Connection} db
 */
export async function seedAccounts(db, { count, secretKeys }) {
  const box = new SecretBox(KeyRing.parse(secretKeys));
  const now = new Date();
  const later = new Date(now.getTime() + 7_000_000);
  await seedPlatform(db, secretKeys);
  await db.query("INSERT INTO merchant VALUES ('mer_bench', 'prv_bench', 'bench', ?)", [now]);
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  for (let from = 0; from < count; from += CHUNK)
    await insertAccounts(db, box, ids.slice(from, from + CHUNK), { now, later });
  return ids;
}

/** So many accounts are the platform's, the others stand aside: a cycle pages through all that its platform has. */
export async function keepAccounts(db, count) {
  await db.query('UPDATE account SET platform_id = IF(id <= ?, ?, ?)', [count, PLATFORM, ASIDE]);
}

async function insertAccounts(db, box, ids, { now, later }) {
  await db.query(
    `INSERT INTO account (id, public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name, head_img,
       service_type, verify_type, account_status, state, authorized_at, created_at) VALUES ?`,
    [
      ids.map((id) => [
        ...[id, `acc_bench${id}`, PLATFORM, appidOf(id), 'mer_bench', 'official_account', `bench ${id}`, '', '', ''],
        ...[2, 0, 1, 'authorized', now, now],
      ]),
    ],
  );
  await db.query('INSERT INTO account_permission (account_id, set_id, granted_at) VALUES ?', [
    ids.map((id) => [id, 2, now]),
  ]);
  const rows = ids.map((id) => {
    const token = new Secret(`${id}_${'b'.repeat(140)}`);
    const { keyId, bytes } = box.seal(token, ['credential', PLATFORM, appidOf(id), 'account_token']);
    return [PLATFORM, appidOf(id), 'account_token', keyId, bytes, now, later, 1];
  });
  await db.query(
    'INSERT INTO credential (platform_id, subject_appid, kind, key_id, sealed, issued_at, expires_at, version) VALUES ?',
    [rows],
  );
}

/** One task per account over the same days, as the gateway writes them. */
export async function seedFetch(db, { ids, from, to }) {
  const now = new Date();
  const id = `fet_bench${now.getTime()}`;
  await db.query(
    'INSERT INTO `fetch` (id, provider_id, requested_by, scope, from_date, to_date, created_at, expanded_at, lane) VALUES (?)',
    [[id, 'prv_bench', 'bench', '{}', from, to, now, now, 3]],
  );
  for (let at = 0; at < ids.length; at += CHUNK)
    await db.query(
      `INSERT INTO fetch_task (fetch_id, account_id, turn_key, from_date, to_date, state, lane, line, next_attempt_at, created_at)
       VALUES ?`,
      [ids.slice(at, at + CHUNK).map((account) => [id, account, 'mer_bench', from, to, 'planned', 3, 0, now, now])],
    );
  return id;
}

/** The daily cycle of all authorized accounts, as the schedule makes it: its tasks are still to be written. */
export async function openDaily(db, { from, to }) {
  const now = new Date();
  await db.query(
    'INSERT INTO `fetch` (id, provider_id, requested_by, kind, lane, scope, from_date, to_date, refetch, created_at) VALUES (?)',
    [
      [
        ...[`fet_bench${now.getTime()}`, 'prv_bench', 'schedule', 'daily', 2],
        ...[JSON.stringify({ platform: PLATFORM }), from, to, 1, now],
      ],
    ],
  );
}
