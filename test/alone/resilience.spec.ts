import { Redis } from 'ioredis';
import { createConnection, type Connection } from 'mysql2/promise';
import { engine, ownEngines } from '../support/engines';
import { problemFaults } from '../support/problems';
import { until, type Program } from '../support/processes';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { messageXml, sealPush, sendPush } from '../support/wechat-push';

jest.setTimeout(90_000);

const NOW = '2026-03-10T02:00:00.000Z';
/** Three windows each. */
const DAYS = { from: '2026-02-17', to: '2026-03-09' };
const DAY_COUNT = 21;
const ACCOUNTS = 5;
const describeOwn = ownEngines ? describe : describe.skip;

/** Needs engines that may be stopped: without DATABASE_URL and REDIS_URL the test runner starts its own. */
describeOwn('what is asked for survives', () => {
  let system: System;
  let provider: Provider;
  let db: Connection;
  let worker: Program;
  let redis: Redis;

  beforeAll(async () => {
    // One task at a time, so that others wait in Redis.
    const env = { FETCH_CONCURRENCY: '1', FETCH_TURN_TASKS: '1', WECHAT_TIMEOUT_MS: '2000' };
    system = await System.start({ now: NOW, workers: 0, env });
    worker = await system.startWorker();
    provider = await makeProvider(system, await makeHost(system));
    redis = new Redis(system.env['REDIS_URL']!, { retryStrategy: () => 200 });
    redis.on('error', () => undefined);
    db = await open();
  }, 60_000);
  afterAll(async () => {
    redis.disconnect();
    await db.end().catch(() => undefined);
    await system.stop();
  });
  beforeEach(() => system.sandbox.faults({ latencyMs: 300, faultPath: 'datacube' }));
  afterEach(() => system.sandbox.control('DELETE', 'faults'));

  async function open(): Promise<Connection> {
    const connection = await createConnection({
      uri: system.env['DATABASE_URL']!,
      dateStrings: ['DATE'],
      timezone: 'Z',
    });
    connection.on('error', () => undefined);
    return connection;
  }

  async function select<T = any>(sql: string, params: unknown[] = []): Promise<T[]> {
    const [rows] = await db.query(sql, params);
    return rows as T[];
  }

  const countOf = async (state: string): Promise<number> =>
    (await select<{ n: number }>('SELECT COUNT(*) AS n FROM fetch_task WHERE state = ?', [state]))[0]!.n;

  /** A merchant with some accounts, and a fetch of all of them under way: one task runs, others are in Redis. */
  async function underWay(): Promise<{
    path: string;
    appids: string[];
    merchant: Awaited<ReturnType<typeof makeMerchant>>;
  }> {
    const merchant = await makeMerchant(provider, system);
    const appids: string[] = [];
    for (let n = 0; n < ACCOUNTS; n++) appids.push((await authorize(system, provider, merchant.id)).appid);
    const { id } = ok(await merchant.api.post('/api/v1/fetches', { scope: { merchant: merchant.id }, ...DAYS }), 202);
    await until(
      'one task runs and others wait in Redis',
      async () => (await countOf('running')) === 1 && (await countOf('queued')) >= 2,
    );
    return { path: `/api/v1/fetches/${id as string}`, appids, merchant };
  }

  /** The fetch ends, and every day of every account is there once and true. */
  async function expectWhole({ path, appids, merchant }: Awaited<ReturnType<typeof underWay>>): Promise<void> {
    const ended = await until(
      'the fetch has ended',
      async () => {
        const seen = ok(await merchant.api.get(path), 200);
        return seen.state === 'running' ? null : seen;
      },
      40_000,
    );
    expect(ended).toMatchObject({ state: 'done', tasks: { done: ACCOUNTS } });
    for (const appid of appids) {
      const days = await select(
        'SELECT ref_date AS d, cumulate_user AS n, revision AS r FROM daily_cumulate d JOIN account a ON a.id = d.account_id WHERE a.appid = ?',
        [appid],
      );
      expect(new Map(days.map(({ d, n }) => [d, n]))).toEqual(await system.sandbox.truth(appid, DAYS.from, DAYS.to));
      expect([days.length, Math.max(...days.map(({ r }) => r))]).toEqual([DAY_COUNT, 0]);
    }
    expect(await select('SELECT * FROM cumulate_revision')).toEqual([]);
  }

  /** What the holder of a lease leaves behind when it dies would end by itself after a minute: that minute, passed. */
  const leasesEnd = (): Promise<unknown> =>
    db.query("UPDATE fetch_task SET lease_until = UTC_TIMESTAMP(3) WHERE state = 'running'");

  const somePush = (name: string): ReturnType<typeof sealPush> =>
    sealPush(
      provider.platform,
      messageXml({ AppId: provider.platform.appid, CreateTime: Math.floor(Date.parse(NOW) / 1_000), InfoType: name }),
    );

  const storedPushes = async (name: string): Promise<number> =>
    (await select('SELECT COUNT(*) AS n FROM push_event WHERE info_type = ?', [name]))[0].n;

  it('Redis losing everything while tasks are queued', async () => {
    const work = await underWay();
    await redis.flushall();
    await system.sandbox.faults({ latencyMs: 0 });
    // What is queued in rows only is noticed after a minute.
    await system.moveClock(61_000);
    await expectWhole(work);
  });

  it('a worker killed in the middle of a fetch', async () => {
    const work = await underWay();
    await until(
      'a window is stored',
      async () =>
        (
          await select(
            'SELECT 1 FROM daily_cumulate d JOIN account a ON a.id = d.account_id WHERE a.appid IN (?) LIMIT 1',
            [work.appids],
          )
        ).length > 0,
    );
    expect(await countOf('running')).toBe(1);
    await worker.stop('SIGKILL');
    expect(worker.child.signalCode).toBe('SIGKILL');
    const [held] = await select(
      'SELECT lease_owner AS owner, lease_until > UTC_TIMESTAMP(3) AS live FROM fetch_task WHERE state = "running"',
    );
    expect(held).toMatchObject({ owner: expect.any(String), live: 1 });
    await system.sandbox.faults({ latencyMs: 0 });
    worker = await system.startWorker();
    await leasesEnd();
    await expectWhole(work);
  });

  it('Redis away: pushes are stored and answered, fetches are accepted, and all is done when it is back', async () => {
    const work = await underWay();
    await engine('stop', 'redis');
    try {
      await system.sandbox.faults({ latencyMs: 0 });
      const began = performance.now();
      const pushed = await sendPush(system.gatewayOrigin, somePush('while_redis_is_away'));
      expect([pushed.status, pushed.text]).toEqual([200, 'success']);
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(await storedPushes('while_redis_is_away')).toBe(1);
      const asked = await work.merchant.api.post('/api/v1/fetches', {
        scope: { merchant: work.merchant.id },
        ...DAYS,
        refetch: true,
      });
      expect(asked.status).toBe(202);
      expect((await fetch(`${system.gatewayOrigin}/health/ready`)).status).toBe(200);
      expect(ok(await work.merchant.api.get('/api/v1/accounts'), 200).items.length).toBe(ACCOUNTS);
      const report = `/api/v1/reports/cumulate?merchant=${work.merchant.id}&from=${DAYS.from}&to=${DAYS.to}&format=csv`;
      expect((await work.merchant.api.get(report)).status).toBe(200);
      // An event that means work is stored as well, answered in time, and worked off later.
      const cancelled = await system.sandbox.control('POST', `accounts/${work.appids[0]!}/cancel`, {
        component_appid: provider.platform.appid,
      });
      expect(cancelled.delivery.attempts).toEqual([expect.objectContaining({ status: 200, ok: true })]);
      expect(cancelled.delivery.attempts[0].ms).toBeLessThan(1_000);
    } finally {
      await engine('start', 'redis');
    }
    await until('the cancelled account is revoked', async () => {
      await system.moveClock(6_000);
      return (await select('SELECT state FROM account WHERE appid = ?', [work.appids[0]]))[0].state === 'revoked';
    });
    await system.moveClock(61_000);
    const others = work.appids.slice(1);
    await until(
      'all other tasks are done',
      async () =>
        (
          await select(
            "SELECT 1 FROM fetch_task t JOIN account a ON a.id = t.account_id WHERE a.appid IN (?) AND t.state <> 'done'",
            [others],
          )
        ).length === 0,
      40_000,
    );
    const [{ n }] = await select(
      'SELECT COUNT(*) AS n FROM daily_cumulate d JOIN account a ON a.id = d.account_id WHERE a.appid IN (?)',
      [others],
    );
    expect(n).toBe(others.length * DAY_COUNT);
    expect(await select('SELECT * FROM cumulate_revision')).toEqual([]);
  });

  it('the database away: the gateway says so and recovers, and WeChat is told to push again', async () => {
    const work = await underWay();
    const link = await invite(provider, work.merchant.id);
    await engine('stop', 'database');
    try {
      await system.sandbox.faults({ latencyMs: 0 });
      const [listed, asked] = [
        await work.merchant.api.get('/api/v1/accounts', { 'accept-language': 'zh' }),
        await work.merchant.api.post('/api/v1/fetches', { scope: { merchant: work.merchant.id }, ...DAYS }),
      ];
      for (const answer of [listed, asked]) {
        expect([answer.status, answer.json.code]).toEqual([503, 'database_unavailable']);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      }
      expect(problemFaults(listed, 'zh')).toEqual(['status is 503']);
      expect(problemFaults(asked, 'en')).toEqual(['status is 503']);
      const pushed = await sendPush(system.gatewayOrigin, somePush('while_mysql_is_away'));
      expect(pushed.status).toBe(503);
      expect(pushed.text).not.toContain('success');
      const page = await fetch(link);
      expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('Please try again in a minute')]);
      expect((await fetch(`${system.gatewayOrigin}/health/ready`)).status).toBe(503);
      expect((await fetch(`${system.gatewayOrigin}/health/live`)).status).toBe(200);
    } finally {
      await engine('start', 'database');
      db = await open();
    }
    await until('the gateway is ready', async () => (await fetch(`${system.gatewayOrigin}/health/ready`)).ok);
    expect(ok(await work.merchant.api.get('/api/v1/accounts'), 200).items.length).toBe(ACCOUNTS);
    const pushed = await sendPush(system.gatewayOrigin, somePush('while_mysql_is_away'));
    expect([pushed.status, pushed.text, await storedPushes('while_mysql_is_away')]).toEqual([200, 'success', 1]);
    expect((await fetch(link)).status).toBe(200);
    // Turns that could not store their answer leave their task to its lease.
    await leasesEnd();
    await system.moveClock(61_000);
    await expectWhole(work);
  });
});
