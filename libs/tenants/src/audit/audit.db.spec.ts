import { FakeClock, KeyRing, SecretBox } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { type Principal, type Reach } from '../role-policy';
import { tenantEntities } from '../tenants.entities';
import { AuditAgeing } from './audit-ageing';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditCheck } from './audit-check';
import { AuditConfig } from './audit.config';
import { AuditEventRepository, EVENT_COLUMNS } from './audit-event.repository';
import { AuditLog } from './audit-log';
import { AuditOwnerRepository } from './audit-owner.repository';
import { contentHash, INSTALLATION, linkHash, type SealedEvent } from './audit-policy';
import { AuditPurgeRepository } from './audit-purge.repository';
import { AuditSealer } from './audit-sealer';
import { AuditTrail, type Act } from './audit-trail';

jest.setTimeout(30_000);

const MINUTE_MS = 60_000;
const person = (userId: string, providerId: string | null, merchantId: string | null = null): Principal => ({
  ...{ userId, email: `${userId}@example.test`, name: 'P' },
  memberships: [{ role: merchantId ? 'merchant_admin' : 'provider_admin', providerId, merchantId }],
});
const reachOf = (...providerIds: string[]): Reach => ({ host: false, providerIds, merchantIds: [] });

describe('the audit log', () => {
  const clock = new FakeClock('2026-03-10T02:00:00.000Z');
  let database: TestDatabase;
  let events: AuditEventRepository;
  let trail: AuditTrail;
  let log: AuditLog;
  let sealers: AuditSealer[];
  let check: AuditCheck;
  let ageing: AuditAgeing;

  beforeAll(async () => {
    database = await openTestDatabase(tenantEntities);
    const { dataSource, batched } = database;
    const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));
    const chains = new AuditChainRepository(dataSource, box);
    events = new AuditEventRepository(dataSource);
    trail = new AuditTrail(events, new AuditOwnerRepository(dataSource), clock);
    log = new AuditLog(events);
    sealers = [1, 2].map(() => new AuditSealer(chains, batched, clock));
    check = new AuditCheck(chains, new AuditPurgeRepository(dataSource, box), clock);
    const config = Object.assign(new AuditConfig(), { AUDIT_DAYS: 30 });
    ageing = new AuditAgeing(events, chains, batched, config, clock);
    const now = clock.now();
    for (const id of ['prv_a', 'prv_b'])
      await dataSource.query('INSERT INTO provider (id, name, created_at) VALUES (?, ?, ?)', [id, id, now]);
    for (const [id, provider] of [
      ['mer_a', 'prv_a'],
      ['mer_b', 'prv_b'],
    ])
      await dataSource.query('INSERT INTO merchant (id, provider_id, name, created_at) VALUES (?, ?, ?, ?)', [
        ...[id, provider, id, now],
      ]);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(async () => {
    for (const table of ['audit_event', 'audit_chain']) await database.dataSource.query(`DELETE FROM ${table}`);
  });

  let requests = 0;
  const act = (principal: Principal | null, reach: Reach | null, ids: string[] = []): Act => ({
    ...{ requestId: `req_${++requests}`, principal, reach, ids },
    ...{ action: 'fetch:start', route: 'POST /api/v1/fetches', address: '203.0.113.7' },
  });
  const a = person('usr_a', 'prv_a');
  const done = async (count: number, provider = 'prv_a'): Promise<void> => {
    const one = act(person('usr_a', provider), reachOf(provider));
    await Promise.all(Array.from({ length: count }, () => trail.note(one, { outcome: 'done', code: null })));
  };
  const later = (ms: number): void => {
    clock.advance(ms);
  };
  const seal = async (): Promise<number> => {
    const counts = await Promise.all(sealers.map((sealer) => sealer.sweep()));
    return counts[0]! + counts[1]!;
  };
  const sql = (text: string, params: unknown[] = []): Promise<any> => database.dataSource.query(text, params);

  it('keeps each provider’s events in a chain of its own, sealed once they are settled, by two processes at once', async () => {
    await done(5);
    await done(3, 'prv_b');
    expect(await seal()).toBe(0);
    later(MINUTE_MS);
    expect(await seal()).toBe(8);
    expect(await seal()).toBe(0);
    await done(700);
    later(MINUTE_MS);
    while ((await seal()) > 0);
    expect(await check.examine('prv_a')).toMatchObject({ events: 705, purged: 0, fault: null });
    expect(await check.examine('prv_b')).toMatchObject({ events: 3, fault: null });
    expect(await check.examine('prv_none')).toMatchObject({ events: 0, fault: null });
  });

  it('waits for what has not ended, ten minutes at most, and changes nothing that is sealed', async () => {
    const id = await trail.begin(act(a, reachOf('prv_a')));
    await done(1);
    later(2 * MINUTE_MS);
    expect(await seal()).toBe(0);
    await trail.end(id, { outcome: 'refused', code: 'range_reversed' });
    expect(await seal()).toBe(2);
    const lost = await trail.begin(act(a, reachOf('prv_a')));
    later(10 * MINUTE_MS);
    expect(await seal()).toBe(1);
    await trail.end(lost, { outcome: 'done', code: null });
    const { items } = await log.list(reachOf('prv_a'), {}, { limit: 10 });
    expect(items.map(({ outcome, code }) => [outcome, code])).toEqual([
      [null, null],
      ['done', null],
      ['refused', 'range_reversed'],
    ]);
    expect((await check.examine('prv_a')).fault).toBeNull();
  });

  it.each<[string, string, unknown]>([
    ['a removed event', 'DELETE FROM audit_event WHERE seq = 4', { at: 4, because: 'missing' }],
    ['the first one removed', 'DELETE FROM audit_event WHERE seq = 1', { at: 1, because: 'missing' }],
    ['the last one removed', 'DELETE FROM audit_event WHERE seq = 9', { at: 9, because: 'tail_missing' }],
    ['all removed', 'DELETE FROM audit_event', { at: 1, because: 'tail_missing' }],
    ['another actor', "UPDATE audit_event SET actor_id = 'usr_x' WHERE seq = 3", { at: 3, because: 'changed' }],
    ['another time', 'UPDATE audit_event SET at = at + INTERVAL 1 SECOND WHERE seq = 3', { at: 3, because: 'changed' }],
    [
      'a change that says it was purged',
      "UPDATE audit_event SET actor_id = 'usr_x', purged_at = at, content_hash = REPEAT('x', 32) WHERE seq = 3",
      { at: 3, because: 'emptied' },
    ],
    [
      'an event that was emptied',
      'UPDATE audit_event SET actor_id = NULL, actor_name = NULL, purged_at = at WHERE seq = 3',
      { at: 3, because: 'emptied' },
    ],
    [
      'an end that no worker looks at',
      'UPDATE audit_chain SET last_id = 9007199254740991',
      { at: 1, because: 'end_forged' },
    ],
    ['the chain’s end removed', 'DELETE FROM audit_chain', { at: 1, because: 'end_forged' }],
    ['the chain’s end made up', "UPDATE audit_chain SET sealed = REPEAT('x', 100)", { at: 1, because: 'end_forged' }],
  ])('shows %s', async (_what, tampering, fault) => {
    await done(9);
    later(MINUTE_MS);
    await seal();
    expect((await check.examine('prv_a')).fault).toBeNull();
    await sql(tampering);
    expect((await check.examine('prv_a')).fault).toEqual(fault);
  });

  it('does not take the end of another chain, nor go on where the end was removed', async () => {
    await done(3);
    await done(3, 'prv_b');
    later(MINUTE_MS);
    await seal();
    await sql(
      `UPDATE audit_chain a JOIN audit_chain b ON b.chain = 'prv_b' SET a.sealed = b.sealed WHERE a.chain = 'prv_a'`,
    );
    expect((await check.examine('prv_a')).fault).toMatchObject({ because: 'end_forged' });
    await sql("DELETE FROM audit_chain WHERE chain = 'prv_b'");
    await done(1);
    await done(1, 'prv_b');
    later(MINUTE_MS);
    expect(await seal()).toBe(0);
    expect((await check.examine('prv_b')).fault).toMatchObject({ because: 'end_forged' });
  });

  it('shows a tail that somebody wrote anew, hashes and all', async () => {
    await done(9);
    later(MINUTE_MS);
    await seal();
    let before = (await sql('SELECT hash FROM audit_event WHERE seq = 2'))[0].hash as Buffer;
    await sql("UPDATE audit_event SET actor_id = 'usr_x' WHERE seq = 3");
    for (let seq = 3; seq <= 9; seq++) {
      const [row] = await sql(`SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE e.seq = ?`, [seq]);
      const content = contentHash(row as SealedEvent);
      before = linkHash(before, seq, content);
      await sql('UPDATE audit_event SET content_hash = ?, hash = ? WHERE seq = ?', [content, before, seq]);
    }
    expect((await check.examine('prv_a')).fault).toEqual({ at: 9, because: 'end_differs' });
  });

  it('empties old events from the beginning on, and keeps their hashes', async () => {
    await done(3);
    later(MINUTE_MS);
    await seal();
    later(20 * 86_400_000);
    await done(2);
    later(MINUTE_MS);
    await seal();
    expect(await ageing.sweep()).toBe(0);
    later(15 * 86_400_000);
    expect(await ageing.sweep()).toBe(3);
    expect(await ageing.sweep()).toBe(0);
    expect(await check.examine('prv_a')).toMatchObject({ events: 5, purged: 3, overdue: 0, fault: null });
    expect(JSON.stringify(await sql('SELECT * FROM audit_event WHERE purged_at IS NOT NULL'))).not.toMatch(
      /usr_a|203\.0/,
    );
    expect((await log.list(reachOf('prv_a'), {}, { limit: 10 })).items).toHaveLength(2);
    await done(1);
    later(MINUTE_MS);
    await seal();
    expect(await check.examine('prv_a')).toMatchObject({ events: 6, fault: null });
  });

  it('tells of events that nobody seals', async () => {
    await done(2);
    later(20 * MINUTE_MS);
    expect(await check.examine('prv_a')).toMatchObject({ events: 0, overdue: 2, fault: null });
  });

  it('is told to every tenant an act is done to, and to nobody whom its actor does not reach', async () => {
    const ending = { outcome: 'done', code: null } as const;
    const both: Reach = reachOf('prv_a', 'prv_b');
    await trail.note(act(a, both, ['mer_a', 'mer_b', 'mer_a']), ending);
    await trail.note(act(a, reachOf('prv_a'), ['mer_b', 'mer_a']), ending);
    const rows = await sql('SELECT chain, merchant_id AS m, target_id AS t FROM audit_event ORDER BY id');
    expect(rows.map(({ chain, m, t }: any) => [chain, m, t])).toEqual([
      ['prv_a', 'mer_a', 'mer_a'],
      ['prv_b', 'mer_b', 'mer_b'],
      ['prv_a', 'mer_a', 'mer_a'],
    ]);
  });

  it('files an act under whom it was done to, and what is out of reach under who tried', async () => {
    const host: Principal = {
      ...person('usr_h', null),
      memberships: [{ role: 'host', providerId: null, merchantId: null }],
    };
    const merchantPerson = person('usr_m', null, 'mer_a');
    const ofMerchant: Reach = { host: false, providerIds: [], merchantIds: ['mer_a'] };
    const ending = { outcome: 'done', code: null } as const;
    await trail.note(act(a, reachOf('prv_a'), ['mer_a']), ending);
    await trail.note(act(a, reachOf('prv_a'), ['mer_b']), { outcome: 'refused', code: 'merchant_not_found' });
    await trail.note(act(host, { ...reachOf(), host: true }, ['prv_b']), ending);
    await trail.note(act(host, { ...reachOf(), host: true }), ending);
    await trail.note(act(merchantPerson, ofMerchant), ending);
    await trail.note(act(null, null), { outcome: 'refused', code: 'login_failed' });
    const rows = await sql(
      'SELECT chain, merchant_id AS m, actor_id AS actor, target_id AS t FROM audit_event ORDER BY id',
    );
    expect(rows.map(({ chain, m, actor, t }: any) => [chain, m, actor, t])).toEqual([
      ['prv_a', 'mer_a', 'usr_a', 'mer_a'],
      ['prv_a', null, 'usr_a', 'mer_b'],
      ['prv_b', null, 'usr_h', 'prv_b'],
      [INSTALLATION, null, 'usr_h', null],
      ['prv_a', 'mer_a', 'usr_m', null],
      [INSTALLATION, null, null, null],
    ]);
    const seen = await log.list(ofMerchant, {}, { limit: 10 });
    expect(seen.items.map(({ actorName, address, isOfProvider }) => [actorName, address, isOfProvider])).toEqual([
      ['usr_m@example.test', '203.0.113.7', false],
      [null, null, true],
    ]);
    const whole = await log.list({ ...reachOf(), host: true }, {}, { limit: 10 });
    expect(whole.items.map(({ chain }) => chain)).toEqual([INSTALLATION, INSTALLATION]);
  });

  it('is read page by page and by what one looks for', async () => {
    await done(5);
    await trail.note(act(a, reachOf('prv_a'), ['mer_a']), { outcome: 'failed', code: 'internal_error' });
    const reach = reachOf('prv_a');
    const first = await log.list(reach, {}, { limit: 4 });
    const rest = await log.list(reach, {}, { limit: 4, cursor: first.nextCursor! });
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([4, 2, null]);
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(6);
    const count = async (filter: object): Promise<number> =>
      (await log.list(reach, filter, { limit: 50 })).items.length;
    expect(await count({ outcome: 'failed' })).toBe(1);
    expect(await count({ target: 'mer_a' })).toBe(1);
    expect(await count({ merchant: 'mer_a' })).toBe(1);
    expect(await count({ actor: 'usr_b' })).toBe(0);
    expect(await count({ action: 'fetch:start', from: clock.now() })).toBe(6);
    expect(await count({ to: clock.now() })).toBe(0);
    const all = [];
    for await (const event of log.all(reach, {})) all.push(event.id);
    expect(all).toEqual([...first.items, ...rest.items].map(({ id }) => id));
  });
});
