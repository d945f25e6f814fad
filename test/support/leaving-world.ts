import { type AnyTables } from './any-row';

const NOW = new Date('2026-03-10T02:00:00.000Z');
const DAYS = 4_383;

/** Names that stand for one merchant wherever they turn up. */
export interface Needles {
  readonly merchant: string;
  readonly all: readonly string[];
  /** Accounts' rows. */
  readonly accounts: readonly number[];
  readonly appids: readonly string[];
}

export function needlesOf(word: string, first: number): Needles {
  const [accounts, appids] = [
    [first, first + 1],
    [`wx${word}1`, `wx${word}2`],
  ];
  return { merchant: `mer_${word}`, accounts, appids, all: [word, word.toUpperCase(), ...accounts.map(String)] };
}

/** What two merchants have in common, and the provider’s own rows that name neither. */
export async function seedProvider(tables: AnyTables): Promise<void> {
  const insert = tables.insert.bind(tables);
  await insert('provider', { id: 'prv_1', name: 'Provider' });
  await insert('platform', { id: 'plt_1', provider_id: 'prv_1', appid: 'wxplatform' });
  await insert('platform_secret', { platform_id: 'plt_1', kind: 'app_secret', slot: 'current', key_id: 'k1' });
  await insert('user', { id: 'usr_staff', email: 'staff@example.test', disabled_at: null });
  await insert('membership', {
    id: 'mem_staff',
    user_id: 'usr_staff',
    role: 'provider_admin',
    scope_id: 'prv_1',
    provider_id: 'prv_1',
  });
  await insert('campaign', { id: 'cmp_1', provider_id: 'prv_1', member_count: 4 });
  await insert('webhook_endpoint', { id: 'whk_1', provider_id: 'prv_1', topics: 'days.stored', state: 'enabled' });
  await insert('session', { user_id: 'usr_staff', id: 'ses_staff' });
  await insert('doctor_run', { platform_id: 'plt_1', report: null });
  for (const [id, kind] of [
    ['key_provider', 'api key'],
    ['key_other', 'another'],
  ])
    await insert('api_key', { id, name: kind, provider_id: 'prv_1', only_accounts: 1, prefix: id!.slice(-8) });
  await insert('report_link', { id: 'rpl_provider', provider_id: 'prv_1', merchant_id: null, only_accounts: 1 });
  await insert('fetch', { id: 'fet_all', provider_id: 'prv_1', merchant_id: null, scope: '{"provider":"prv_1"}' });
}

/** A merchant with something in every table that can have something of it. @param word stands in all its names */
export async function seedMerchant(tables: AnyTables, word: string, needles: Needles): Promise<void> {
  const insert = tables.insert.bind(tables);
  const { merchant, accounts, appids } = needles;
  const owned = { provider_id: 'prv_1', merchant_id: merchant };
  await insert('merchant', { id: merchant, provider_id: 'prv_1', name: `The ${word.toUpperCase()}` });
  await seedPeople(tables, word, merchant);
  const ids = accounts.map((id, n) => ({ id, publicId: `acc_${word}${n}`, appid: appids[n]! }));
  for (const { id, publicId, appid } of ids) {
    const place = { platform_id: 'plt_1', appid };
    await insert('account', {
      id,
      public_id: publicId,
      ...place,
      merchant_id: merchant,
      state: 'authorized',
      nick_name: word,
    });
    await insert('account_permission', { account_id: id, set_id: 2 });
    for (const kind of ['account_token', 'refresh_token'])
      await insert('credential', {
        platform_id: 'plt_1',
        subject_appid: appid,
        kind,
        key_id: 'k1',
        sealed: `${word} token`,
      });
    await insert('authorization_code', { platform_id: 'plt_1', account_id: id, state: 'done' });
    await insert('push_event', { platform_id: 'plt_1', subject_appid: appid, key_id: 'k1', done_at: NOW });
    await insert('other_kind_account', { ...place, appid });
    await insert('campaign_member', { campaign_id: 'cmp_1', account_id: id, because: 'lacks' });
    for (const key of ['key_provider', `key_${word}`])
      await insert('api_key_account', { api_key_id: key, account_id: id });
    for (const table of ['day_miss', 'fetch_call']) await insert(table, { account_id: id });
    await insert('cumulate_revision', { account_id: id });
    await tables.series(id, DAYS);
    for (const table of ['appid_pause', 'quota_hint']) await insert(table, { appid });
    await insert('call_count', { subject: appid });
  }
  await seedIntent(tables, word, ids, owned);
  await seedLog(tables, word, merchant, ids[0]!.publicId);
}

async function seedPeople(tables: AnyTables, word: string, merchant: string): Promise<void> {
  const insert = tables.insert.bind(tables);
  for (const who of ['admin', 'both']) {
    const user = `usr_${word}_${who}`;
    // Who is somebody elsewhere, too, stays: their name is no merchant's.
    const id = who === 'both' ? `usr_two_${word.charCodeAt(0)}` : user;
    await insert('user', {
      id,
      email: who === 'both' ? `${id}@example.test` : `${word}@example.test`,
      disabled_at: null,
    });
    const role = { user_id: id, role: 'merchant_admin', scope_id: merchant, merchant_id: merchant };
    await insert('membership', { ...role, id: `mem_${word}_${who}` });
    await insert('session', { user_id: id, id: `ses_${word}_${who}`, address: '203.0.113.9' });
    await insert('password_link', { id: `lnk_${word}_${who}`, user_id: id });
    await insert('pending_login', { user_id: id });
    if (who === 'both') {
      const elsewhere = { role: 'provider_support', scope_id: 'prv_1', provider_id: 'prv_1' };
      await insert('membership', { id: `mem_of_${id}`, user_id: id, ...elsewhere });
    }
    await insert('second_factor', { user_id: id, key_id: 'k1' });
    for (const table of ['known_device', 'recovery_code']) await insert(table, { user_id: id });
  }
  const key = { id: `key_${word}`, name: word, provider_id: 'prv_1', merchant_id: merchant, prefix: word.slice(0, 8) };
  await insert('api_key', key);
  for (const caller of [`usr_${word}_admin`, key.id])
    await insert('idempotency_key', {
      id: caller,
      caller_id: caller,
      route: 'POST /api/v1/fetches',
      key_id: 'k1',
    });
}

async function seedIntent(
  tables: AnyTables,
  word: string,
  accounts: readonly { id: number; publicId: string; appid: string }[],
  owned: { provider_id: string; merchant_id: string },
): Promise<void> {
  const insert = tables.insert.bind(tables);
  const [{ id, publicId, appid }] = accounts as [(typeof accounts)[number]];
  await insert('invite', {
    id: `inv_${word}`,
    platform_id: 'plt_1',
    merchant_id: owned.merchant_id,
    account_id: id,
    used_at: NOW,
  });
  await insert('invite_click', { invite_id: `inv_${word}` });
  await insert('account_permission_history', { account_id: id, invite_id: `inv_${word}` });
  await insert('fetch', { id: `fet_${word}`, ...owned, scope: `{"merchant":"${owned.merchant_id}"}` });
  for (const fetch of [`fet_${word}`, 'fet_all'])
    await insert('fetch_task', {
      fetch_id: fetch,
      account_id: id,
      turn_key: owned.merchant_id,
      state: 'running',
      lease_owner: 'w',
    });
  await insert('report_link', { id: `rpl_${word}`, ...owned, name: word });
  await insert('report_link_use', { id: `rlu_${word}`, report_link_id: `rpl_${word}` });
  for (const link of [`rpl_${word}`, 'rpl_provider'])
    await insert('report_link_account', { report_link_id: link, account_id: id });
  await tables.insertEvent({ topic: 'days.stored', ...owned, subject: publicId, payload: `{"appid":"${appid}"}` });
  await tables.insertEvent({
    topic: 'account.authorized',
    provider_id: 'prv_1',
    merchant_id: null,
    subject: publicId,
    payload: '{}',
  });
}

/** Events: of its own person, of its provider, and the order to purge it. */
async function seedLog(tables: AnyTables, word: string, merchant: string, account: string): Promise<void> {
  const common = { chain: 'prv_1', merchant_id: merchant, actor_kind: 'user', at: NOW, outcome: 'done' };
  const own = { actor_id: `usr_${word}_admin`, actor_name: `${word}@example.test`, actor_merchant_id: merchant };
  const staff = { actor_id: 'usr_staff', actor_name: 'staff@example.test', actor_merchant_id: null };
  await tables.insert('audit_event', { ...common, ...own, action: 'fetch:start', target_id: account });
  await tables.insert('audit_event', { ...common, ...staff, action: 'invite:write', target_id: merchant });
}
