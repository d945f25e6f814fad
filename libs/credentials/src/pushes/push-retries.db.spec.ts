import { AuthorizationDesk } from '../testing/authorization-desk';
import { queryAuth } from '../testing/fake-wechat';
import { AT, PLATFORM, seedAccount } from '../testing/harness';
import { grantXml, revokeXml, ticketXml } from '../testing/pushes';
import { PushInbox } from './push-inbox';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const BUSY = { errcode: -1, errmsg: 'system error' };

describe('pushes tried again', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(() => desk.reset());

  const inbox = (process = desk.one) => process.module.get(PushInbox);
  const calls = () => desk.wechat.count('api_query_auth');
  const row = async (): Promise<any> =>
    (await desk.sql("SELECT * FROM push_event WHERE info_type <> 'component_verify_ticket'"))[0];
  const forget = () => {
    for (const { jobs } of [desk.one, desk.two]) jobs.jobs.length = 0;
  };
  /** What both workers' sweeps and the jobs they add do, every `stepMs` for as long as `forMs`. */
  async function live(forMs: number, stepMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += stepMs) {
      desk.clock.advance(stepMs);
      // Tickets go on coming: without one, no token and no call.
      await desk.sql('UPDATE ticket SET create_time = ?, received_at = ?', [desk.at(0), desk.at(0)]);
      await inbox().sweep();
      for (const { payload } of desk.one.jobs.jobs.splice(0))
        await inbox(desk.two)
          .process((payload as { pushEventId: number }).pushEventId)
          .catch(() => undefined);
    }
  }

  it('asks a refusing WeChat after a minute, then ever later, and does what was asked when it answers', async () => {
    desk.wechat.on('api_query_auth', () => BUSY);
    await desk.receive(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1' }));
    await expect(desk.work()).rejects.toMatchObject({ code: 'wechat_-1' });
    forget();
    await live(58 * SECOND_MS, 2 * SECOND_MS);
    expect(calls()).toBe(1);
    await live(20 * SECOND_MS, 2 * SECOND_MS);
    expect(calls()).toBe(2);
    // A job left over, as one added while the last ran, asks nothing.
    await desk.work();
    expect(calls()).toBe(2);
    await live(DAY_MS, 60 * SECOND_MS);
    // After half a day without a new ticket a try ends before it asks WeChat.
    const { attempts } = await row();
    expect([attempts > 20, attempts < 35, calls() <= attempts]).toEqual([true, true, true]);
    await desk.receive(ticketXml('ticket-2', desk.at(0)));
    desk.wechat.on('api_query_auth', () => queryAuth(AT.appid));
    await live(1.5 * HOUR_MS, 60 * SECOND_MS);
    expect(await row()).toMatchObject({ outcome: 'authorized' });
  }, 60_000);

  it('gives up after two days, and keeps the sealed code no longer than others', async () => {
    desk.wechat.on('api_query_auth', () => BUSY);
    await desk.receive(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1' }));
    await live(2 * DAY_MS + 1.5 * HOUR_MS, 10 * 60 * SECOND_MS);
    expect(await row()).toMatchObject({ outcome: 'given_up', done_at: expect.any(Date) });
    desk.clock.advance(30 * DAY_MS);
    await inbox().sweep();
    expect(await row()).toBeUndefined();
  }, 60_000);

  it('gives up by a sweep what was tried, and tries first what nobody tried', async () => {
    await seedAccount(desk.one, desk.at(-86_400), HOUR_MS);
    await desk.receive(revokeXml(desk.at(0), AT.appid));
    forget();
    desk.clock.advance(3 * DAY_MS);
    expect(await inbox().sweep()).toBe(1);
    await desk.sql('UPDATE push_event SET attempts = 1');
    expect(await inbox().sweep()).toBe(0);
    expect(await row()).toMatchObject({ outcome: 'given_up' });
  });

  it('is tried within seconds after a fault of ours, also when the worker died', async () => {
    await desk.receive(revokeXml(desk.at(0), AT.appid));
    // As a process leaves it that is killed while it works.
    await desk.sql('UPDATE push_event SET attempts = 1, try_at = ?', [desk.at(30)]);
    forget();
    await live(28 * SECOND_MS, 2 * SECOND_MS);
    expect(await row()).toMatchObject({ outcome: null });
    await live(4 * SECOND_MS, 2 * SECOND_MS);
    expect(await row()).toMatchObject({ outcome: 'unknown_account', attempts: 2 });
  });

  it('is found within seconds when Redis did not take its job', async () => {
    jest.spyOn(desk.one.jobs, 'enqueue').mockResolvedValueOnce(false);
    await desk.receive(revokeXml(desk.at(0), AT.appid));
    await live(6 * SECOND_MS, 2 * SECOND_MS);
    expect(await row()).toMatchObject({ outcome: 'unknown_account' });
  });

  it('ends a push whose row does not open, hours later, without asking for it every two seconds', async () => {
    await desk.receive(revokeXml(desk.at(0), AT.appid));
    await desk.sql("UPDATE push_event SET sealed = REPEAT('x', 64)");
    forget();
    let tried = 0;
    for (let minute = 0; minute < 8 * 60; minute++) {
      desk.clock.advance(60 * SECOND_MS);
      tried += await inbox().sweep();
      for (const { payload } of desk.one.jobs.jobs.splice(0))
        await inbox().process((payload as { pushEventId: number }).pushEventId);
    }
    expect(await row()).toMatchObject({ outcome: 'unreadable', attempts: tried });
    expect(tried).toBeLessThan(20);
  }, 60_000);

  it('finds what is due among thousands of open ones by the index', async () => {
    const now = desk.clock.now();
    const open = (n: number, at: Date, doneAt: Date | null) => [
      PLATFORM.id,
      Buffer.alloc(32, `push${n}-`),
      'authorized',
      now,
      now,
      at,
      doneAt,
      'k1',
      'x',
    ];
    const rows = Array.from({ length: 20_000 }, (_, n) =>
      open(n, desk.at(n < 30 ? -n : 60 + n), n < 8_000 ? null : now),
    );
    for (let from = 0; from < rows.length; from += 5_000)
      await desk.sql(
        `INSERT INTO push_event (platform_id, body_hash, info_type, create_time, received_at, try_at, done_at, key_id, sealed)
         VALUES ?`,
        [rows.slice(from, from + 5_000)],
      );
    await desk.sql('ANALYZE TABLE push_event');
    const [plan] = await desk.sql<{ key: string; rows: number | bigint; Extra: string | null }>(
      `EXPLAIN FORMAT=TRADITIONAL SELECT id, received_at AS receivedAt, attempts FROM push_event
       WHERE done_at IS NULL AND (try_at IS NULL OR try_at <= ?) ORDER BY try_at, id LIMIT 500`,
      [now],
    );
    expect([plan!.key, Number(plan!.rows) < 200, String(plan!.Extra).includes('filesort')]).toEqual([
      'IDX_push_event_open',
      true,
      false,
    ]);
    expect(await inbox().sweep()).toBe(30);
  }, 60_000);
});
