import { createHash } from 'node:crypto';
import { type Api } from '../support/api';
import { until } from '../support/processes';
import { System } from '../support/system';
import {
  authorize,
  consent,
  invite,
  makeHost,
  makeMerchant,
  makeProvider,
  makeUser,
  ok,
  type Provider,
} from '../support/tenants';
import { unzipped } from '../support/unzip';

jest.setTimeout(180_000);

const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-01-01', to: '2026-03-08' };
const CUMULATE = '/datacube/getusercumulate';

let system: System;
let provider: Provider;
let leaving: Awaited<ReturnType<typeof makeMerchant>>;
let staying: Awaited<ReturnType<typeof makeMerchant>>;
let account: { id: string; appid: string };
let other: { id: string; appid: string };

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { PURGE_DELAY_HOURS: '1' } });
  provider = await makeProvider(system, await makeHost(system));
  [leaving, staying] = [await makeMerchant(provider, system), await makeMerchant(provider, system)];
  account = await authorize(system, provider, leaving.id);
  other = await authorize(system, provider, staying.id);
}, 120_000);
afterAll(() => system.stop());

const nameOf = async ({ id }: { id: string }): Promise<string> =>
  ok(await provider.admin.get(`/api/v1/merchants/${id}`), 200).name;
const fetchDays = async (api: Api, scope: object, days = DAYS): Promise<string> =>
  ok(await api.post('/api/v1/fetches', { scope, ...days }), 202).id;
const isDone = (api: Api, id: string): Promise<boolean> =>
  until('the fetch is done', async () => ok(await api.get(`/api/v1/fetches/${id}`), 200).state === 'done');
const sql = async (text: string, params: unknown[] = []): Promise<any[]> =>
  (await system.db.query(text, params))[0] as any[];
const export_ = (api: Api): Promise<Response> =>
  fetch(`${system.gatewayOrigin}/api/v1/merchants/${leaving.id}/export`, {
    headers: { cookie: api.setCookie!.split(';', 1)[0]! },
  });

describe('the export of a merchant', () => {
  let link: string;
  let key: { id: string; key: string };

  beforeAll(async () => {
    await isDone(leaving.api, await fetchDays(leaving.api, { merchant: leaving.id }));
    const report = { name: 'shared', merchant: leaving.id, from: '2026-02-01', to: '2026-02-07' };
    link = ok(await leaving.api.post('/api/v1/report-links', report), 201).url;
    const wanted = { name: 'nightly', merchant: leaving.id, scopes: ['report:read', 'datacube:call'] };
    key = ok(await leaving.api.post('/api/v1/api-keys', wanted), 201);
  });

  it('holds all of it, told and proven by its manifest, which comes last', async () => {
    const answer = await export_(leaving.api);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(answer.headers.get('content-disposition')).toContain(`${leaving.id}.zip`);
    const zip = unzipped(Buffer.from(await answer.arrayBuffer()));
    expect([...zip.keys()].at(-1)).toBe('manifest.json');
    const manifest = JSON.parse(zip.get('manifest.json')!.toString());
    expect(manifest).toMatchObject({ version: 1, merchant: leaving.id });
    expect(manifest.files.map(({ name }: any) => name)).toEqual([...zip.keys()].slice(0, -1));
    const rows = (name: string): any[] =>
      zip
        .get(`${name}.ndjson`)!
        .toString()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    for (const { name, rows: count, sha256 } of manifest.files) {
      expect(rows(name.replace('.ndjson', ''))).toHaveLength(count);
      expect(createHash('sha256').update(zip.get(name)!).digest('hex')).toBe(sha256);
    }
    const stored = await sql('SELECT COUNT(*) AS n FROM daily_cumulate');
    expect(rows(`days/${account.id}`)).toHaveLength(stored[0].n);
    expect(rows(`days/${account.id}`)[0]).toMatchObject({ refDate: DAYS.from, state: 'value', revision: 0 });
    expect(rows('merchant')).toMatchObject([{ id: leaving.id, name: await nameOf(leaving) }]);
    expect(rows('people')).toMatchObject([{ email: leaving.email, role: 'merchant_admin' }]);
    expect(rows('accounts')).toMatchObject([{ id: account.id, appid: account.appid, sets: [2] }]);
    expect(rows('fetches')).toHaveLength(1);
    expect(rows('tasks')).toMatchObject([{ account: account.id, state: 'done' }]);
    expect([rows('api-keys')[0].id, rows('report-links')[0].name]).toEqual([key.id, 'shared']);
    expect(rows('audit-events').map(({ action }) => action)).toContain('report-link:write');
    const text = [...zip.values()].join('\n');
    expect(text).not.toContain(provider.email);
    expect(text).not.toContain(other.appid);
  });

  it('holds no secret', async () => {
    const zip = unzipped(Buffer.from(await (await export_(provider.admin)).arrayBuffer()));
    const text = [...zip.values()].join('\n');
    const { values } = await system.sandbox.control('GET', 'secrets');
    const hashes = await sql(`SELECT password_hash AS h FROM user UNION ALL SELECT HEX(token_hash) FROM invite
      UNION ALL SELECT HEX(token_hash) FROM report_link UNION ALL SELECT HEX(secret_hash) FROM api_key`);
    const secrets = [
      ...[leaving.password, key.key, link.split('/').at(-1)!, provider.platform.appSecret, system.secretKeys],
      ...[leaving.api.setCookie!.split(/[=;]/)[1]!, ...hashes.flatMap(({ h }) => h ?? [])],
      ...(values as { value: string }[]).map(({ value }) => value),
    ].filter((secret) => typeof secret === 'string' && secret.length >= 8);
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(text.includes(secret) || text.includes(secret.toLowerCase())).toBe(false);
    expect(text).toContain(account.appid);
  });

  it('is written down, and is nobody else’s', async () => {
    const events = ok(await provider.admin.get('/api/v1/audit-events?action=merchant:export'), 200).items;
    expect(events.map(({ outcome }: any) => outcome)).toEqual(['done', 'done']);
    expect((await export_(staying.api)).status).toBe(404);
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: leaving.id });
    expect((await export_(viewer.api)).status).toBe(403);
  });

  it('is not given out once its removal begins', async () => {
    const begin = (state: string): Promise<unknown> =>
      sql(
        `INSERT INTO merchant_purge (id, provider_id, merchant_id, open_for, state, requested_by, requested_at, due_at, removed,
           lease_owner, lease_until)
         VALUES ('pur_begun', ?, ?, ?, ?, 'usr_1', ?, '2100-01-01', '{}', 'test', '2100-01-01')
         ON DUPLICATE KEY UPDATE state = VALUES(state)`,
        [provider.id, leaving.id, leaving.id, state, new Date(NOW)],
      );
    try {
      await begin('scheduled');
      expect((await export_(leaving.api)).status).toBe(200);
      await begin('running');
      const refused = await export_(leaving.api);
      expect([refused.status, ((await refused.json()) as any).code]).toEqual([409, 'purge_begun']);
    } finally {
      await sql("DELETE FROM merchant_purge WHERE id = 'pur_begun'");
    }
  });

  it('breaks off when something fails in the middle', async () => {
    await sql('RENAME TABLE report_link TO report_link_away');
    try {
      const broken = await export_(leaving.api)
        .then((answer) => answer.arrayBuffer())
        .catch(() => 'broken off');
      expect(broken).toBe('broken off');
    } finally {
      await sql('RENAME TABLE report_link_away TO report_link');
    }
  });
});

describe('a merchant that leaves', () => {
  it('is gone, with what was under way, while the other one’s days go on', async () => {
    const confirm = await nameOf(leaving);
    const path = `/api/v1/merchants/${leaving.id}/purge`;
    expect((await provider.admin.post(path, { confirm: 'Somebody' })).json.code).toBe('purge_not_confirmed');
    expect((await leaving.api.post(path, { confirm })).status).toBe(403);
    const purge = ok(await provider.admin.post(path, { confirm }, { 'idempotency-key': 'leave' }), 202);
    expect(ok(await provider.admin.post(path, { confirm }, { 'idempotency-key': 'leave' }), 202)).toEqual(purge);
    expect((await provider.admin.post(path, { confirm })).json.code).toBe('purge_open');
    expect(ok(await provider.admin.post(`${path}/cancel`, {}), 200).state).toBe('cancelled');
    const again = ok(await provider.admin.post(path, { confirm }), 202);

    const wanted = { name: 'program', merchant: leaving.id, scopes: ['datacube:call'] };
    const program = ok(await leaving.api.post('/api/v1/api-keys', wanted), 201).key;
    const ask = `${system.gatewayOrigin}${CUMULATE}?access_token=${program}&appid=${account.appid}`;
    const body = JSON.stringify({ begin_date: '2026-03-01', end_date: '2026-03-07' });
    expect(await (await fetch(ask, { method: 'POST', body })).json()).toHaveProperty('list');
    await system.sandbox.faults({ latencyMs: 300, faultPath: 'datacube' });
    const both = await fetchDays(provider.admin, { provider: provider.id }, { from: '2015-01-01', to: DAYS.to });
    await until('days come in', async () => (await sql('SELECT COUNT(*) AS n FROM daily_cumulate'))[0].n > 300);
    const stream = leaving.api.listen(
      `/api/v1/fetches/${await fetchDays(leaving.api, { merchant: leaving.id })}/events`,
      /event: end/,
    );
    await system.moveClock(3_600_000);
    await until('the merchant is gone', async () => ok(await provider.admin.get(path), 200).goneAt !== null);
    await system.sandbox.faults({ latencyMs: 0 });

    expect((await stream).text).toMatch(/"because":"(not_allowed|gone|over)"/);
    expect((await leaving.api.get('/api/v1/session')).status).toBe(401);
    expect((await provider.admin.get(`/api/v1/merchants/${leaving.id}`)).status).toBe(404);
    expect((await provider.admin.get(`/api/v1/accounts/${account.id}`)).status).toBe(404);
    expect(
      (
        await fetch(`${system.gatewayOrigin}/api/v1/reports/cumulate`, {
          headers: { authorization: `Bearer ${program}` },
        })
      ).status,
    ).toBe(401);
    await until(
      'programs are shut out',
      async () => ((await (await fetch(ask, { method: 'POST', body })).json()) as any).list === undefined,
    );
    await isDone(provider.admin, both);
    expect(await sql('SELECT DISTINCT appid FROM account')).toEqual([{ appid: other.appid }]);
    expect((await provider.admin.post(`${path}/cancel`, {})).json.code).toBe('purge_begun');

    for (let minutes = 0; minutes < 3; minutes++) await system.moveClock(61_000);
    const receipt: any = await until('the purge is done', async () => {
      await system.moveClock(61_000);
      const seen = ok(await provider.admin.get(`/api/v1/purges/${again.id as string}`), 200);
      return seen.state === 'done' ? seen : null;
    });
    expect(receipt).toMatchObject({ merchant: leaving.id, removed: { account: 1, merchant: 1 } });
    expect(receipt.removed.daily_cumulate).toBeGreaterThan(60);
    const { items } = ok(await provider.admin.get('/api/v1/purges'), 200);
    expect(items.map(({ id, state }: any) => [id, state])).toEqual([
      [again.id, 'done'],
      [purge.id, 'cancelled'],
    ]);
    for (const table of [
      'audit_event',
      'push_event',
      'call_count',
      'outbox_event',
      'credential',
      'user',
      'reconcile_run',
    ])
      for (const row of await sql(`SELECT * FROM ${table}`))
        for (const name of [account.appid, leaving.email]) expect(JSON.stringify(row)).not.toContain(name);
  });

  it('stays told in a log that is whole', async () => {
    const events = ok(await provider.admin.get('/api/v1/audit-events?action=merchant:purge&outcome=done'), 200).items;
    expect(events.map(({ merchant }: any) => merchant)).toContain(leaving.id);
    const [chain] = ok(await provider.admin.get('/api/v1/audit-events/verification'), 200).chains;
    expect(chain).toMatchObject({ fault: null });
    expect(chain.purged).toBeGreaterThan(5);
  });

  it('does not come back by what WeChat lists, and comes back through an invite', async () => {
    const run = ok(await provider.admin.post(`/api/v1/platforms/${provider.platform.id}/reconciles`, {}), 202);
    await until(
      'the run is over',
      async () => ok(await provider.admin.get(`/api/v1/reconciles/${run.id as string}`), 200).state === 'done',
    );
    expect(await sql('SELECT DISTINCT appid FROM account')).toEqual([{ appid: other.appid }]);
    const callback = await consent(await invite(provider, staying.id), account.appid);
    expect((await fetch(callback)).status).toBe(200);
    const { items } = ok(await staying.api.get(`/api/v1/accounts?appid=${account.appid}`), 200);
    expect(items).toHaveLength(1);
  });
});
