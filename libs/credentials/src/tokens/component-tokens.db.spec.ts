import { FakeClock } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FakeWechat, gate } from '../testing/fake-wechat';
import { PLATFORM, seed, startProcess, type Process } from '../testing/harness';
import { ComponentTokenUpkeep } from './component-token-upkeep';
import { ComponentTokens } from './component-tokens';
import { TokenKeeper } from './token-keeper';

const BUY = 'api_component_token';
const CLEAR = 'v2';
const MINUTE = 60_000;

describe('ComponentTokens', () => {
  // 10:00 in Shanghai.
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
  }, 60_000);
  afterAll(async () => {
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    wechat.on(CLEAR, () => ({ errcode: 0, errmsg: 'ok' }));
    clock.set('2026-01-15T02:00:00.000Z');
    await seed(database.dataSource, clock.now());
    one = await startProcess(database.url, wechat.origin, clock);
    two = await startProcess(database.url, wechat.origin, clock);
  });
  afterEach(() => Promise.all([one.close(), two.close()]));

  const tokens = (process: Process): ComponentTokens => process.module.get(ComponentTokens);
  const get = (process: Process) => tokens(process).get(PLATFORM.id);
  const refused = (errcode: number) => ({ errcode, errmsg: 'refused rid: 1' });
  const settle = (process: Process) => process.module.get(TokenKeeper).settled();
  /** Tickets come every 10 minutes; one is enough here. */
  const ticketAnew = () =>
    one.dataSource.query('UPDATE ticket SET create_time = ?, received_at = ?', [clock.now(), clock.now()]);

  it('turns callers in two processes into one purchase', async () => {
    const held = await Promise.all([one, two].flatMap((process) => Array.from({ length: 50 }, () => get(process))));
    expect(new Set(held.map(({ token }) => token.reveal()))).toEqual(new Set(['ct-1']));
    expect(wechat.count(BUY)).toBe(1);
  });

  it('refreshes a token that is soon over with nobody waiting', async () => {
    await get(one);
    clock.advance(119 * MINUTE);
    const answer = gate();
    wechat.on(BUY, async () => (await answer.passed, { component_access_token: 'ahead', expires_in: 7200 }));
    expect(await one.module.get(ComponentTokenUpkeep).sweep()).toBe(1);
    expect((await get(two)).token.reveal()).toBe('ct-1');
    answer.open();
    await Promise.all([settle(one), settle(two)]);
    expect((await get(two)).token.reveal()).toBe('ahead');
    expect(wechat.count(BUY)).toBe(2);
  });

  it('buys no more than the cap in a day, whoever asks, and goes on the next', async () => {
    for (let minute = 0; minute < 13 * 60; minute += 5) {
      const process = minute % 10 === 0 ? one : two;
      const held = await get(process).catch(() => null);
      // As when another environment buys tokens for the same platform.
      if (held) await tokens(process).rejected(PLATFORM.id, held.version);
      await one.dataSource.query("UPDATE credential SET retry_at = NULL WHERE retry_at < '2026-01-15 16:00:00.000'");
      clock.advance(5 * MINUTE);
      await ticketAnew();
    }
    expect(wechat.count(BUY)).toBe(50);
    await expect(get(one)).rejects.toMatchObject({ code: 'token_cooling_down' });
    clock.set('2026-01-15T16:00:01.000Z');
    expect((await get(two)).token.reveal()).toBe('ct-51');
  });

  it('counts only tokens that WeChat may have given', async () => {
    wechat.on(BUY, () => refused(-1));
    for (let minute = 0; minute < 60; minute += 2) {
      await get(one).catch(() => undefined);
      clock.advance(2 * MINUTE);
      await ticketAnew();
    }
    expect(wechat.count(BUY)).toBeGreaterThan(25);
    const [row] = await one.dataSource.query<{ count: number }[]>('SELECT count FROM platform_counter');
    expect(row).toEqual({ count: 0 });
    wechat.on(BUY, () => ({ component_access_token: 'at-last', expires_in: 7200 }));
    expect((await get(two)).token.reveal()).toBe('at-last');
  });

  it('names its own cap as the reason', async () => {
    await one.dataSource.query(
      "INSERT INTO platform_counter VALUES (?, 'component_token_bought', '2026-01-15', 50, UTC_TIMESTAMP(3))",
      [PLATFORM.id],
    );
    await expect(get(one)).rejects.toMatchObject({ kind: 'limited', code: 'component_token_cap' });
    expect(wechat.count(BUY)).toBe(0);
  });

  it('resets a used-up quota by the secret and buys on', async () => {
    wechat.on(BUY, () =>
      wechat.count(CLEAR) === 0 ? refused(45009) : { component_access_token: 'after', expires_in: 7200 },
    );
    expect((await get(one)).token.reveal()).toBe('after');
    expect([wechat.count(BUY), wechat.count(CLEAR)]).toEqual([2, 1]);
  });

  it('waits half an hour when WeChat does not see the reset yet, and resets once a day', async () => {
    wechat.on(BUY, () => refused(45009));
    await expect(get(one)).rejects.toMatchObject({ code: 'component_quota_cleared' });
    await expect(get(two)).rejects.toMatchObject({ code: 'token_cooling_down' });
    expect([wechat.count(BUY), wechat.count(CLEAR)]).toEqual([2, 1]);
    clock.advance(31 * MINUTE);
    await expect(get(two)).rejects.toMatchObject({ code: 'wechat_45009' });
    expect([wechat.count(BUY), wechat.count(CLEAR)]).toEqual([3, 1]);
    // Now until the reset at midnight.
    clock.advance(6 * 60 * MINUTE);
    await expect(get(one)).rejects.toMatchObject({ code: 'token_cooling_down' });
    expect(wechat.count(BUY)).toBe(3);
  });

  it('leaves the rest of a month’s resets to people', async () => {
    wechat.on(BUY, () => refused(45009));
    for (let day = 15; day <= 30; day++) {
      clock.set(`2026-01-${day}T02:00:00.000Z`);
      await ticketAnew();
      await get(one).catch(() => undefined);
    }
    expect(wechat.count(CLEAR)).toBe(4);
    clock.set('2026-02-01T02:00:00.000Z');
    await ticketAnew();
    await get(one).catch(() => undefined);
    expect(wechat.count(CLEAR)).toBe(5);
  });

  it('asks for no further reset when WeChat says that they are used up', async () => {
    wechat.on(BUY, () => refused(45009));
    wechat.on(CLEAR, () => refused(48006));
    for (const day of [15, 16, 17]) {
      clock.set(`2026-01-${day}T02:00:00.000Z`);
      await ticketAnew();
      await expect(get(one)).rejects.toMatchObject({ code: 'wechat_45009' });
    }
    expect(wechat.count(CLEAR)).toBe(1);
  });

  it('asks WeChat for tickets again when the last one is refused', async () => {
    wechat.on(BUY, () => refused(61005));
    await expect(get(one)).rejects.toMatchObject({ code: 'wechat_61005' });
    expect(wechat.count('api_start_push_ticket')).toBe(1);
  });

  it('uses no ticket older than 12 hours', async () => {
    clock.advance(12 * 60 * MINUTE);
    await expect(get(one)).rejects.toMatchObject({ code: 'ticket_missing' });
    expect(wechat.count(BUY)).toBe(0);
    expect(await one.module.get(ComponentTokenUpkeep).sweep()).toBe(0);
  });
});
