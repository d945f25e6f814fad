import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { FakeClock } from '@app/kernel';
import { Outbox, type Resolve } from '@app/platform';
import { type Reach } from '@app/tenants';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { DeliveryLog } from './deliveries/delivery-log.service';
import { WebhookService } from './endpoints/webhook.service';
import { EventSpreader } from './events/event-spreader';
import { BREAKS_AFTER, PER_ENDPOINT } from './sending/breaker-policy';
import { DeliveryClaims } from './sending/delivery-claims';
import { DeliverySender } from './sending/delivery-sender';
import { startWebhooks, type WebhooksProcess } from './testing/process';
import { type Topic } from './topics';
import { WebhookUpkeep } from './webhook-upkeep';

const REACH: Reach = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const LEASE = { owner: 'worker-1', ms: 60_000 };
const failure = { status: 500, fault: null, retryAfterMs: null, ms: 3, response: 'no' };
const success = { ...failure, status: 204, response: '' };

describe('webhooks in the database', () => {
  const clock = new FakeClock('2026-03-10T02:00:00.000Z');
  let database: TestDatabase;
  let here: WebhooksProcess;
  let there: WebhooksProcess;
  let server: Server;
  let target: string;
  let calls = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
    server = createServer((_request, response) => {
      calls++;
      response.writeHead(204).end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    here = await startWebhooks(database.url, clock, { allowLoopback: true });
    there = await startWebhooks(database.url, clock, { allowLoopback: true });
    for (const id of ['prv_1', 'prv_2'])
      await database.dataSource.query('INSERT INTO provider (id, name, created_at) VALUES (?, ?, ?)', [
        ...[id, id, clock.now()],
      ]);
  }, 60_000);
  afterAll(async () => {
    await here.close();
    await there.close();
    await new Promise((closed) => server.close(closed));
    await database.drop();
  });
  beforeEach(async () => {
    calls = 0;
    for (const table of ['webhook_delivery', 'webhook_secret', 'webhook_endpoint', 'outbox_event', 'outbox_interest'])
      await database.dataSource.query(`DELETE FROM ${table}`);
  });

  const rows = <T = any>(sql: string, params: unknown[] = []): Promise<T[]> => database.dataSource.query(sql, params);
  const make = async (topics: Topic[] = ['task.failed']): Promise<string> =>
    (await here.get(WebhookService).create(REACH, undefined, { name: 'w', url: target, topics })).view.id;
  const ping = async (id: string): Promise<string> => (await here.get(DeliveryLog).ping(REACH, id)).id;
  const take = (id: string, owner = 'worker-1', process = here) =>
    process.get(DeliveryClaims).take(id, 100, { ...LEASE, owner });
  const stateOf = async (id: string) => (await here.get(DeliveryLog).get(REACH, id)).state;
  const endpoint = (id: string) => here.get(WebhookService).get(REACH, id);

  /** Something happens to `subject`, in a transaction that is kept or not. */
  async function happen(topic: Topic, subject: string, options: { provider?: string; keep?: boolean } = {}) {
    const { provider = 'prv_1', keep = true } = options;
    const payload = { account: subject, from: '2026-03-01', to: '2026-03-02', days: 2, corrected: 0 };
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await new Outbox(database.dataSource).note(runner.manager, {
      topic,
      select: 'SELECT ? AS provider_id, NULL AS merchant_id, ? AS subject, ? AS payload',
      params: [provider, subject, JSON.stringify(payload)],
      at: clock.now(),
      gatherMs: topic === 'days.stored' ? 30_000 : 0,
    });
    await (keep ? runner.commitTransaction() : runner.rollbackTransaction());
    await runner.release();
  }

  it('write down what somebody wants to hear, and nothing of what was taken back', async () => {
    await happen('task.failed', 'acc_1');
    await make(['task.failed', 'ticket.late']);
    await happen('task.failed', 'acc_2');
    await happen('ticket.late', 'plt_1', { keep: false });
    await happen('days.stored', 'acc_3');
    await happen('task.failed', 'acc_4', { provider: 'prv_2' });
    expect(await rows('SELECT subject FROM outbox_event')).toEqual([{ subject: 'acc_2' }]);
  });

  it('forget the interest of what is disabled or deleted, and know it again', async () => {
    const id = await make(['task.failed']);
    const other = await make(['task.failed', 'days.stored']);
    const interest = async () => (await rows('SELECT topic FROM outbox_interest ORDER BY topic')).map((r) => r.topic);
    expect(await interest()).toEqual(['days.stored', 'task.failed']);
    await here.get(WebhookService).delete(REACH, other);
    expect(await interest()).toEqual(['task.failed']);
    await here.get(WebhookService).change(REACH, id, { enabled: false });
    expect(await interest()).toEqual([]);
    await here.get(WebhookService).change(REACH, id, { enabled: true, topics: ['ticket.late'] });
    expect(await interest()).toEqual(['ticket.late']);
  });

  it('make one delivery for each endpoint that wants the topic, however many processes look', async () => {
    const ids = [await make(['task.failed']), await make(['task.failed', 'days.stored']), await make(['ticket.late'])];
    for (let n = 0; n < 150; n++) await happen('task.failed', `acc_${n}`);
    const sweep = async (process: WebhooksProcess): Promise<void> => {
      while (await process.get(EventSpreader).sweep());
    };
    await Promise.all([sweep(here), sweep(there), sweep(here), sweep(there)]);
    await sweep(here);
    const counts = await rows('SELECT endpoint_id AS id, COUNT(*) AS n FROM webhook_delivery GROUP BY endpoint_id');
    expect(new Map(counts.map(({ id, n }) => [id, n]))).toEqual(new Map(ids.slice(0, 2).map((id) => [id, 150])));
    expect(await rows('SELECT COUNT(DISTINCT public_id) AS n FROM outbox_event')).toEqual([{ n: 150 }]);
  });

  it('gather days of an account until the first of them is old enough', async () => {
    await make(['days.stored']);
    for (const subject of ['acc_1', 'acc_1', 'acc_2']) await happen('days.stored', subject);
    await here.get(EventSpreader).sweep();
    expect(await rows('SELECT * FROM webhook_delivery')).toEqual([]);
    clock.advance(29_000);
    await happen('days.stored', 'acc_1');
    clock.advance(1_000);
    await here.get(EventSpreader).sweep();
    const told = await rows('SELECT subject, payload FROM outbox_event ORDER BY subject');
    expect(told.map(({ subject, payload }) => [subject, JSON.parse(payload).days])).toEqual([
      ['acc_1', 6],
      ['acc_2', 2],
    ]);
    expect(await rows('SELECT COUNT(*) AS n FROM webhook_delivery')).toEqual([{ n: 2 }]);
  });

  it('are taken once, and no more than an endpoint has room for', async () => {
    const id = await make();
    for (let n = 0; n < 10; n++) await ping(id);
    const claims = await Promise.all([take(id, 'a'), take(id, 'b', there), take(id, 'c'), take(id, 'd', there)]);
    const held = claims.flatMap((claim) => claim?.deliveries.map((one) => one.id) ?? []);
    expect([held.length, new Set(held).size]).toEqual([PER_ENDPOINT, PER_ENDPOINT]);
    expect(await take(id)).toBeNull();
  });

  it('are free again when their worker is gone, whose late answer then counts for nothing', async () => {
    const id = await make();
    const delivery = await ping(id);
    const lost = (await take(id, 'dead'))!;
    expect(await here.get(DeliveryClaims).freeOfDead()).toBe(0);
    await rows('UPDATE webhook_delivery SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND');
    expect(await there.get(DeliveryClaims).freeOfDead()).toBe(1);
    const claim = (await take(id, 'alive', there))!;
    expect(claim.deliveries).toMatchObject([{ id: delivery, attempts: 2 }]);
    await here.get(DeliveryClaims).settle(lost, lost.deliveries[0]!, failure);
    expect([await stateOf(delivery), (await endpoint(id)).failures]).toEqual(['sending', 0]);
    await there.get(DeliveryClaims).settle(claim, claim.deliveries[0]!, success);
    expect(await stateOf(delivery)).toBe('delivered');
  });

  it('stop for a while after failures in a row, send one to see, and go on', async () => {
    const id = await make();
    for (let n = 0; n < 12; n++) await ping(id);
    for (let n = 0; n < BREAKS_AFTER; n++) {
      const claim = (await take(id))!;
      expect(claim.deliveries.length).toBe(n === 0 ? PER_ENDPOINT : 1);
      // The others of the first claim are given back as a dead worker's would be.
      await here.get(DeliveryClaims).settle(claim, claim.deliveries[0]!, failure);
      await rows("UPDATE webhook_delivery SET lease_until = '2000-01-01' WHERE lease_until IS NOT NULL");
      await here.get(DeliveryClaims).freeOfDead();
    }
    expect((await endpoint(id)).pausedUntil).not.toBeNull();
    expect(await take(id)).toBeNull();
    expect(await here.get(DeliveryClaims).listDue(10)).toEqual([]);
    clock.advance(36_001);
    expect(await here.get(DeliveryClaims).listDue(10)).toEqual([id]);
    const probe = (await take(id))!;
    expect(probe.deliveries).toHaveLength(1);
    expect(await take(id)).toBeNull();
    await here.get(DeliveryClaims).settle(probe, probe.deliveries[0]!, success);
    expect(await endpoint(id)).toMatchObject({ failures: 0, failingSince: null, pausedUntil: null });
    expect((await take(id))!.deliveries).toHaveLength(PER_ENDPOINT);
  });

  it('are switched off after five days without any success, and wait until they are enabled again', async () => {
    const id = await make();
    const delivery = await ping(id);
    for (let n = 0; n < 5; n++) {
      const claim = (await take(id))!;
      await here.get(DeliveryClaims).settle(claim, claim.deliveries[0]!, failure);
      clock.advance(86_400_000 * 1.25);
    }
    expect(await endpoint(id)).toMatchObject({ state: 'disabled', disabledBecause: 'failing' });
    expect([await take(id), await stateOf(delivery)]).toEqual([null, 'pending']);
    await here.get(WebhookService).change(REACH, id, { enabled: true });
    expect((await take(id))!.deliveries).toHaveLength(1);
  });

  it('end after ten attempts', async () => {
    const id = await make();
    const delivery = await ping(id);
    for (let n = 1; n <= 10; n++) {
      expect(await stateOf(delivery)).toBe('pending');
      await rows('UPDATE webhook_endpoint SET failures = 0, failing_since = NULL, paused_until = NULL');
      const claim = (await take(id))!;
      await here.get(DeliveryClaims).settle(claim, claim.deliveries[0]!, failure);
      clock.advance(86_400_000 * 1.25);
    }
    expect(await here.get(DeliveryLog).get(REACH, delivery)).toMatchObject({ state: 'failed', reason: 'given_up' });
  });

  it('go with their event after a month, and with their endpoint, bit by bit', async () => {
    const [old, kept] = [await make(), await make()];
    await ping(old);
    clock.advance(31 * 86_400_000);
    for (const id of [old, kept]) await ping(id);
    const upkeep = here.get(WebhookUpkeep);
    expect(await upkeep.sweep()).toBe(false);
    expect(await rows('SELECT COUNT(*) AS n FROM webhook_delivery')).toEqual([{ n: 2 }]);
    await here.get(WebhookService).delete(REACH, old);
    expect(await rows('SELECT endpoint_id AS id FROM webhook_secret')).toEqual([{ id: kept }]);
    await expect(endpoint(old)).rejects.toMatchObject({ code: 'webhook_not_found' });
    while (await upkeep.sweep());
    expect(await rows('SELECT endpoint_id AS id FROM webhook_delivery')).toEqual([{ id: kept }]);
    expect(await rows('SELECT id FROM webhook_endpoint')).toEqual([{ id: kept }]);
  });

  it('open a secret for its endpoint alone', async () => {
    const [id, other] = [await make(), await make()];
    await rows(
      `UPDATE webhook_secret a JOIN webhook_secret b ON b.endpoint_id = ? SET a.sealed = b.sealed WHERE a.endpoint_id = ?`,
      [other, id],
    );
    await ping(id);
    await expect(take(id)).rejects.toMatchObject({ code: 'sealed_value_invalid' });
  });

  describe('whose name leads inside', () => {
    const INSIDE: [name: string, addresses: string[]][] = [
      ['loopback', ['127.0.0.1']],
      ['loopback, v6', ['::1']],
      ['private', ['10.1.2.3']],
      ['private, 172', ['172.16.0.1']],
      ['private, 192', ['192.168.1.1']],
      ['shared', ['100.64.0.1']],
      ['private, v6', ['fd12::1']],
      ['link local', ['169.254.1.1']],
      ['link local, v6', ['fe80::1']],
      ['metadata', ['169.254.169.254']],
      ['metadata of Alibaba', ['100.100.100.200']],
      ['metadata, v6', ['fd00:ec2::254']],
      ['mapped', ['::ffff:127.0.0.1']],
      ['NAT64', ['64:ff9b::7f00:1']],
      ['6to4', ['2002:7f00:1::']],
      ['nowhere', ['0.0.0.0']],
      ['nowhere, v6', ['::']],
      ['multicast', ['224.0.0.1']],
      ['broadcast', ['255.255.255.255']],
      ['a public and a private one', ['1.1.1.1', '10.0.0.1']],
    ];
    /** Answers questions for names in turn, the last answer again and again. */
    const dns = (answers: string[][]): Resolve => {
      let asked = 0;
      return () => {
        const found = answers[Math.min(asked++, answers.length - 1)]!;
        return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      };
    };
    const wanted = (url: string) => ({ name: 'w', url, topics: ['task.failed'] as Topic[] });

    it.each(INSIDE)('are refused when they are made: %s', async (_what, addresses) => {
      const process = await startWebhooks(database.url, clock, { resolve: dns([addresses]) });
      const making = process.get(WebhookService).create(REACH, undefined, wanted('https://hooks.example.com/'));
      await expect(making).rejects.toMatchObject({ code: 'webhook_url_refused', detail: { because: 'not_public' } });
      await process.close();
    });

    it.each([
      ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/'],
      ...['https://127。0。0。1/', 'https://[::1]/', 'https://[::ffff:7f00:1]/', 'https://[::ffff:10.0.0.1]/'],
      ...['https://0/', 'https://0.0.0.0/', 'https://169.254.169.254/', 'https://10.1/', 'https://[fe80::1]/'],
      'https://[fd00:ec2::254]/',
    ])('are refused in whatever spelling: %s', async (url) => {
      const process = await startWebhooks(database.url, clock);
      const making = process.get(WebhookService).create(REACH, undefined, wanted(url));
      await expect(making).rejects.toMatchObject({ code: 'webhook_url_refused' });
      await process.close();
    });

    it.each(INSIDE)('are not called when DNS says otherwise later: %s', async (_what, addresses) => {
      const resolve = dns([['1.1.1.1'], addresses]);
      const process = await startWebhooks(database.url, clock, { resolve });
      const { view } = await process.get(WebhookService).create(REACH, undefined, wanted('https://hooks.example.com/'));
      const log = process.get(DeliveryLog);
      const { id } = await log.ping(REACH, view.id);
      const sender = process.get(DeliverySender);
      await sender.sweep(() => undefined);
      await sender.settled(5_000);
      expect(await log.get(REACH, id)).toMatchObject({
        ...{ state: 'pending', reason: 'unreachable', lastStatus: null, lastFault: 'not_public' },
      });
      await process.close();
    });

    it('are not called through a redirect', async () => {
      let reached = 0;
      const inside = createServer((_request, response) => {
        reached++;
        response.end();
      });
      await new Promise<void>((ready) => inside.listen(0, '127.0.0.1', ready));
      const location = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`;
      for (const status of [301, 302, 303, 307, 308]) {
        const id = await make();
        const outside = createServer((_request, response) => response.writeHead(status, { location }).end());
        await new Promise<void>((ready) => outside.listen(0, '127.0.0.1', ready));
        const url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
        await here.get(WebhookService).change(REACH, id, { url });
        const delivery = await ping(id);
        await here.get(DeliverySender).sweep(() => undefined);
        await here.get(DeliverySender).settled(5_000);
        const seen = await here.get(DeliveryLog).get(REACH, delivery);
        expect(seen).toMatchObject({ state: 'pending', reason: 'redirected', lastStatus: status });
        await new Promise((closed) => outside.close(closed));
      }
      expect([reached, calls]).toEqual([0, 0]);
      await new Promise((closed) => inside.close(closed));
    });
  });
});
