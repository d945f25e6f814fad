import { Redis } from 'ioredis';
import { type Answer, type Api } from '../support/api';
import { ownEngines } from '../support/engines';
import { problemFaults } from '../support/problems';
import { until } from '../support/processes';
import { System } from '../support/system';
import {
  authorize,
  makeHost,
  makeMerchant,
  makeProvider,
  makeUser,
  newAppid,
  ok,
  type Provider,
} from '../support/tenants';

jest.setTimeout(240_000);

/** 10:00 in Shanghai. */
const NOW = '2026-03-10T02:00:00.000Z';
const ACCOUNTS = 1_200;
const COMPONENT = '/cgi-bin/component';
const LIST = `${COMPONENT}/api_get_authorizer_list`;
const INFO = `${COMPONENT}/api_get_authorizer_info`;
const REFRESH = `${COMPONENT}/api_authorizer_token`;
const DAYS = { from: '2026-03-01', to: '2026-03-07' };
/** Nothing of another test may be flushed. */
const itOwn = ownEngines ? it : it.skip;

describe('reconcile', () => {
  let system: System;
  let provider: Provider;
  let redis: Redis | undefined;
  const figures = { list: 0, info: 0, repaired: 0, adopted: 0, seconds: 0 };
  const appids = Array.from({ length: ACCOUNTS }, newAppid);

  beforeAll(async () => {
    system = await System.start({ now: NOW });
    provider = await makeProvider(system, await makeHost(system));
    redis = new Redis(system.env['REDIS_URL']!);
    await system.sandbox.control('POST', 'accounts', { accounts: appids.map((appid) => ({ appid, name: appid })) });
  }, 180_000);
  afterAll(async () => {
    redis?.disconnect();
    await system.stop();
  });

  async function select<T = any>(sql: string, params: unknown[] = []): Promise<T[]> {
    const [rows] = await system.db.query(sql, params);
    return rows as T[];
  }
  const count = async (sql: string): Promise<number> =>
    (await select<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`))[0]!.n;
  const callsOf = async (path: string): Promise<number> =>
    Object.values(await system.sandbox.calls(path)).reduce((sum, n) => sum + n, 0);
  const startRun = (dryRun: boolean): Promise<Answer> =>
    provider.admin.post(`/api/v1/platforms/${provider.platform.id}/reconciles`, { dryRun });
  const read = async (id: string, language = 'en'): Promise<any> =>
    ok(await provider.admin.get(`/api/v1/reconciles/${id}`, { 'accept-language': language }), 200);
  const over = (id: string): Promise<any> =>
    until(
      'the run is over',
      async () => {
        const run = await read(id);
        return ['waiting', 'running'].includes(run.state) ? null : run;
      },
      120_000,
    );
  const reconcile = async (dryRun = false): Promise<any> => over(ok(await startRun(dryRun), 202).id);
  const act = (appid: string, name: string, body = {}): Promise<any> =>
    system.sandbox.control('POST', `accounts/${appid}/${name}`, { component_appid: provider.platform.appid, ...body });
  /** Everything a run may write. */
  const rows = async (): Promise<string> =>
    JSON.stringify([
      await select('SELECT * FROM account ORDER BY id'),
      await select("SELECT id, version, suspect FROM credential WHERE kind <> 'component_token' ORDER BY id"),
      await select('SELECT * FROM account_permission_history ORDER BY id'),
    ]);
  const account = async (api: Api, appid: string): Promise<any> =>
    ok(await api.get(`/api/v1/accounts?appid=${appid}`), 200).items[0];

  it('adopts 1,200 accounts that authorized behind our back, over 3 pages', async () => {
    await system.sandbox.control('POST', 'authorize', {
      component_appid: provider.platform.appid,
      appids,
      exchange: true,
    });
    await system.moveClock(5_000);
    await system.sandbox.forgetCalls();
    const plan = await reconcile(true);
    expect(plan).toMatchObject({
      state: 'done',
      dryRun: true,
      counts: { adopted: ACCOUNTS, listCalls: 3, infoCalls: 0 },
    });
    expect(await count('account')).toBe(0);
    await system.sandbox.forgetCalls();
    const run = await reconcile();
    expect(run).toMatchObject({
      state: 'done',
      cause: 'demand',
      error: null,
      counts: { adopted: ACCOUNTS, failed: 0 },
    });
    expect(
      await count("account WHERE state = 'authorized' AND merchant_id IS NULL AND kind = 'official_account'"),
    ).toBe(ACCOUNTS);
    expect(await count('account_permission WHERE set_id = 2')).toBe(ACCOUNTS);
    expect([await callsOf(LIST), await callsOf(INFO)]).toEqual([3, ACCOUNTS]);
    figures.adopted = run.counts.adopted;
    const [first] = run.findings;
    expect(first).toMatchObject({ action: 'adopt', because: 'unknown_here', outcome: 'done' });
    const { findings } = await read(run.id, 'zh');
    expect([first.message, findings[0].message]).toEqual([
      expect.stringContaining('WeChat lists this account'),
      expect.stringContaining('微信列出了该公众号'),
    ]);
    expect(await reconcile()).toMatchObject({ counts: { inOrder: ACCOUNTS, infoCalls: 0 }, findings: [] });
  });

  itOwn('brings all of them back after Redis and every token row were wiped, by 3 LIST calls and no scan', async () => {
    await redis!.flushall();
    await select("DELETE FROM credential WHERE kind IN ('component_token', 'account_token', 'refresh_token')");
    expect(await count('credential')).toBe(0);
    const before = await rows();
    const plan = await reconcile(true);
    expect(plan.counts).toMatchObject({ repaired: ACCOUNTS, adopted: 0, inOrder: 0 });
    expect(await rows()).toBe(before);
    await system.sandbox.forgetCalls();
    const began = performance.now();
    const run = await reconcile();
    figures.seconds = Math.round((performance.now() - began) / 100) / 10;
    expect(run).toMatchObject({ state: 'done', counts: { repaired: ACCOUNTS, leftAlone: 0, failed: 0 } });
    [figures.list, figures.info, figures.repaired] = [await callsOf(LIST), await callsOf(INFO), run.counts.repaired];
    expect([figures.list, figures.info]).toEqual([3, 0]);
    expect(await count("account WHERE state = 'authorized'")).toBe(ACCOUNTS);
    expect(await count("credential WHERE kind = 'refresh_token' AND sealed IS NOT NULL")).toBe(ACCOUNTS);
    // What is stored is what the sandbox has: a comparison of all 1,200 finds nothing to repair.
    expect(await reconcile(true)).toMatchObject({ counts: { inOrder: ACCOUNTS }, findings: [] });
    // And it works: tokens are bought with it and data is fetched.
    const sample = await Promise.all(
      appids.filter((_, n) => n % 120 === 0).map((appid) => account(provider.admin, appid)),
    );
    expect(sample).toHaveLength(10);
    const scope = { accounts: sample.map(({ id }) => id) };
    const fetched = ok(await provider.admin.post('/api/v1/fetches', { scope, ...DAYS }), 202);
    const done = await until('the sample is fetched', async () => {
      const seen = ok(await provider.admin.get(`/api/v1/fetches/${fetched.id as string}`), 200);
      return seen.state === 'running' ? null : seen;
    });
    expect(done).toMatchObject({ state: 'done', tasks: { done: 10 } });
    expect(await system.sandbox.calls(REFRESH)).toEqual({ 0: 10 });
    const line =
      `reconcile: accounts ${ACCOUNTS}, pages 3, LIST calls ${figures.list}, INFO calls ${figures.info}, ` +
      `repaired ${figures.repaired}, adopted ${figures.adopted}, seconds ${figures.seconds}\n`;
    process.stdout.write(line);
  });

  it('ends an account that was cancelled without an event, once INFO said so', async () => {
    const [gone, changed] = [appids[7]!, appids[8]!];
    await act(gone, 'cancel', { push: false });
    await act(changed, 'invalidate-refresh');
    await system.moveClock(2_000);
    await system.sandbox.forgetCalls();
    const run = await reconcile();
    expect(run.findings.map(({ appid, because, outcome }: any) => [appid, because, outcome])).toEqual([
      [changed, 'token_changed', 'done'],
      [gone, 'not_listed', 'ended'],
    ]);
    expect(await account(provider.admin, gone)).toMatchObject({
      state: 'revoked',
      gate: { open: false, because: 'revoked' },
    });
    expect(await system.sandbox.calls(INFO)).toEqual({ 61003: 1 });
    // Authorized again, and that event was lost, too.
    await act(gone, 'authorize', { push: false });
    await system.moveClock(2_000);
    expect((await reconcile()).findings).toMatchObject([{ appid: gone, because: 'never_exchanged', action: 'leave' }]);
    await system.sandbox.faults({ listHidesUnexchanged: false });
    expect((await reconcile()).findings).toMatchObject([{ appid: gone, because: 'authorized_since', outcome: 'done' }]);
    expect(await account(provider.admin, gone)).toMatchObject({ state: 'authorized', gate: { open: true } });
    const { items } = ok(
      await provider.admin.get(
        `/api/v1/accounts/${(await account(provider.admin, gone)).id as string}/permissions?limit=200`,
      ),
      200,
    );
    expect(new Set(items.map(({ change, source }: any) => `${change} ${source}`))).toEqual(
      new Set(['granted info', 'withdrawn info', 'granted list']),
    );
    await system.sandbox.control('DELETE', 'faults');
  });

  it('ends nothing while the list moves or a page fails', async () => {
    const living = await count("account WHERE state = 'authorized'");
    await system.sandbox.faults({ listOrder: 'shuffled' });
    const run = await reconcile();
    expect(run.counts).toMatchObject({ ended: 0, asked: 0, repaired: 0, adopted: 0 });
    expect(['done', 'partial']).toContain(run.state);
    await system.sandbox.control('DELETE', 'faults');

    await act(appids[9]!, 'cancel', { push: false });
    await system.sandbox.faults({
      componentErrcode: -1,
      componentErrcodeCount: 1,
      componentErrcodePath: 'authorizer_list',
    });
    const { id } = ok(await startRun(false), 202);
    const failed = await until('the page failed', async () => {
      const seen = await read(id, 'zh');
      return seen.error === null ? null : seen;
    });
    expect(failed).toMatchObject({
      state: 'waiting',
      attempts: 1,
      error: { code: 'wechat_-1', rid: expect.any(String) },
      findings: [],
    });
    expect(await count("account WHERE state = 'authorized'")).toBe(living);
    // The job of the second try is lost with Redis; the row is not.
    if (ownEngines) await redis!.flushall();
    await system.moveClock(61_000);
    expect(await over(id)).toMatchObject({ state: 'done', attempts: 2, error: null, counts: { ended: 1 } });
    expect(await count("account WHERE state = 'authorized'")).toBe(living - 1);
  });

  it('runs by itself once a day, whoever of the workers looks first', async () => {
    const daily = (): Promise<number> => count("reconcile_run WHERE cause = 'schedule'");
    await system.startWorker();
    const before = await daily();
    await system.moveClock(24 * 3_600_000);
    // Sessions last a day.
    await provider.admin.login(provider.email, provider.password);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    await until(
      'the daily run is done',
      async () => {
        const [newest] = await select(
          "SELECT state FROM reconcile_run WHERE cause = 'schedule' ORDER BY due_at DESC LIMIT 1",
        );
        return (await daily()) === before + 1 && newest?.state === 'done';
      },
      60_000,
    );
    const { items } = ok(await provider.admin.get(`/api/v1/platforms/${provider.platform.id}/reconciles?limit=1`), 200);
    expect(items).toMatchObject([{ cause: 'schedule', askedBy: null, dryRun: false }]);
  });

  it('resumes what waits for the gate at once, by a read on demand', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id, { account: { verified: false } });
    const scope = { accounts: [id] };
    const { id: fetchId, refusals } = ok(await merchant.api.post('/api/v1/fetches', { scope, ...DAYS }), 202);
    expect(refusals).toMatchObject([{ because: 'not_verified' }]);
    await system.sandbox.control('POST', 'accounts', { appid, verified: true });
    // When the push came before the browser, the page itself has read the account just now.
    await system.moveClock(61_000);
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
    expect((await viewer.api.post(`/api/v1/accounts/${id}/reread`, {})).status).toBe(403);
    expect(ok(await merchant.api.post(`/api/v1/accounts/${id}/reread`, {}), 200)).toMatchObject({
      verified: true,
      gate: { open: true },
    });
    // The sandbox clock runs, and by it less than five minutes pass: no poll brings this about.
    await until(
      'the task went on',
      async () => {
        const seen = ok(await merchant.api.get(`/api/v1/fetches/${fetchId as string}`), 200);
        return seen.state === 'done';
      },
      30_000,
    );
    for (const language of ['en', 'zh'] as const) {
      const again = await merchant.api.post(`/api/v1/accounts/${id}/reread`, {}, { 'accept-language': language });
      expect(again).toMatchObject({
        status: 429,
        json: { code: 'reread_too_soon', until: expect.stringMatching(/Z$/) },
      });
      expect(problemFaults(again, language)).toEqual([]);
    }
  });

  it('lets an administrator give an adopted account to a merchant, once', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id } = await account(provider.admin, appids[0]!);
    expect(await account(merchant.api, appids[0]!)).toBeUndefined();
    const patch = (body: object): Promise<Answer> =>
      provider.admin.request('PATCH', `/api/v1/accounts/${id as string}`, body);
    expect(ok(await patch({ merchant: merchant.id }), 200)).toMatchObject({ id, merchant: merchant.id });
    expect(await account(merchant.api, appids[0]!)).toMatchObject({ id });
    const other = await makeMerchant(provider, system);
    const refused = await patch({ merchant: other.id });
    expect(refused).toMatchObject({ status: 409, json: { code: 'account_owned' } });
    const { current, items } = ok(
      await merchant.api.get(`/api/v1/accounts/${id as string}/permissions`, { 'accept-language': 'zh' }),
      200,
    );
    expect(current).toContainEqual(expect.objectContaining({ id: 2, name: '用户管理' }));
    expect(items).toContainEqual(expect.objectContaining({ id: 2, change: 'granted', source: 'list', invite: null }));
  });
});
