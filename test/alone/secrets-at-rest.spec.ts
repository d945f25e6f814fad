import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { engine, ownEngines } from '../support/engines';
import { Haystack, type Needle } from '../support/needles';
import { until } from '../support/processes';
import { RedisMonitor } from '../support/redis-monitor';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, openConsent } from '../support/tenants';

/** Tokens, tickets, codes, secrets, keys, sessions and passwords are in no database file, not in Redis, and in no log. */
describe('secrets at rest', () => {
  let system: System;
  let redis: Redis;
  let monitor: RedisMonitor;

  beforeAll(async () => {
    system = await System.start();
    redis = new Redis(system.env['REDIS_URL']!);
    monitor = await RedisMonitor.open(system.env['REDIS_URL']!);
  }, 60_000);
  afterAll(async () => {
    monitor.close();
    redis.disconnect();
    await system.stop();
  });

  it('are nowhere to be found, while a harmless marker is found in each place', async () => {
    const needles: Needle[] = [{ kind: 'key ring', value: system.secretKeys.split(':')[1]! }];
    const databasePassword = new URL(system.env['DATABASE_URL']!).password;
    if (databasePassword.length >= 8) needles.push({ kind: 'database password', value: databasePassword });
    const host = await makeHost(system);
    const provider = await makeProvider(system, host);
    needles.push({ kind: 'provider password', value: provider.password });
    needles.push({ kind: 'provider session', value: provider.admin.setCookie!.split(/[=;]/)[1]! });
    for (const [kind, value] of Object.entries(provider.platform)) {
      if (kind !== 'id' && kind !== 'appid') needles.push({ kind, value });
    }
    const merchant = await makeMerchant(provider, system);
    needles.push({ kind: 'merchant password', value: merchant.password });
    const { id } = await authorize(system, provider, merchant.id);
    const unused = await invite(provider, merchant.id);
    needles.push({ kind: 'invite token', value: unused.split('/').at(-1)! });
    await openConsent(unused);
    await system.api().post('/api/v1/session', { email: provider.email, password: `${provider.password}x` });
    // Hours later: everything expires, is refreshed and used again.
    await system.moveClock(3 * 3_600_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    const fetch = ok(
      await merchant.api.post('/api/v1/fetches', { scope: { accounts: [id] }, from: '2025-01-01', to: '2025-01-31' }),
      202,
    );
    await until(
      'the fetch is done',
      async () => ok(await merchant.api.get(`/api/v1/fetches/${fetch.id as string}`), 200).state === 'done',
    );
    const report = { name: 'shared', accounts: [id], from: '2025-01-01', to: '2025-01-31' };
    const shared: string = ok(await merchant.api.post('/api/v1/report-links', report), 201).url;
    for (const address of [shared, `${shared}?again`, `${shared}x`]) await (await globalThis.fetch(address)).text();
    needles.push({ kind: 'report link token', value: shared.split('/').at(-1)! });
    const { values } = await system.sandbox.control('GET', 'secrets');
    needles.push(...values.map(({ kind, value }: Needle) => ({ kind: `WeChat's ${kind}`, value })));
    expect(new Set(needles.map(({ kind }) => kind)).size).toBeGreaterThan(10);

    const marker = `harmless-${randomBytes(12).toString('hex')}`;
    ok(await provider.admin.post('/api/v1/merchants', { name: marker }), 201);
    await redis.set(marker, marker);
    const logged = (await provider.admin.get('/api/v1/merchants')).headers.get('x-request-id')!;
    const haystack = new Haystack(needles);
    const markers = new Haystack([
      { kind: 'marker', value: marker },
      { kind: 'request id', value: logged },
    ]);

    const rows = Buffer.from(await everyRow(system));
    expect([...haystack.search(rows)]).toEqual([]);
    expect([...markers.search(rows)]).toEqual(['marker (raw)']);
    const commands = monitor.seen;
    expect([...haystack.search(commands)]).toEqual([]);
    expect([...markers.search(commands)]).toEqual(['marker (raw)']);
    const logs = process.env['TEST_LOG_DIR']!;
    await until('the request is in the log', () =>
      Promise.resolve(markers.searchFiles(logs).some((hit) => hit.startsWith('request id (raw)'))),
    );
    expect(haystack.searchFiles(logs)).toEqual([]);

    if (!ownEngines) return;
    await redis.config('SET', 'rdbcompression', 'no');
    await redis.save();
    expect(haystack.searchFiles(process.env['TEST_REDIS_DIR']!)).toEqual([]);
    expect(markers.searchFiles(process.env['TEST_REDIS_DIR']!).join()).toContain('marker (raw)');
    await engine('stop', 'database');
    try {
      expect(haystack.searchFiles(process.env['TEST_DATABASE_DIR']!)).toEqual([]);
      expect(markers.searchFiles(process.env['TEST_DATABASE_DIR']!).join()).toContain('marker (raw)');
    } finally {
      await engine('start', 'database');
    }
  }, 120_000);
});

/** Every column of every table, binary ones in hex and as they are. */
async function everyRow(system: System): Promise<string> {
  const [tables] = (await system.db.query('SHOW TABLES')) as unknown as [Record<string, string>[]];
  const parts: string[] = [];
  for (const table of tables.map((row) => Object.values(row)[0]!)) {
    const [rows] = (await system.db.query(`SELECT * FROM \`${table}\``)) as unknown as [Record<string, unknown>[]];
    for (const row of rows) {
      for (const cell of Object.values(row)) {
        parts.push(Buffer.isBuffer(cell) ? `${cell.toString('hex')} ${cell.toString('latin1')}` : String(cell));
      }
    }
  }
  return parts.join('\n');
}
