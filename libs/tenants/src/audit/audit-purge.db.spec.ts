import { FakeClock, KeyRing, SecretBox } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { tenantEntities } from '../tenants.entities';
import { AuditAgeing } from './audit-ageing';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditCheck, type ChainReport } from './audit-check';
import { AuditConfig } from './audit.config';
import { AuditEventRepository, type NewAuditEvent } from './audit-event.repository';
import { AuditPurgeRepository } from './audit-purge.repository';
import { AuditPurging } from './audit-purging';
import { AuditSealer } from './audit-sealer';

jest.setTimeout(30_000);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PURGE = { id: 'pur_a', merchantId: 'mer_a' };

describe('a purge in the audit log', () => {
  const clock = new FakeClock('2026-03-10T02:00:00.000Z');
  let database: TestDatabase;
  let events: AuditEventRepository;
  let sealer: AuditSealer;
  let check: AuditCheck;
  let ageing: AuditAgeing;
  let purging: AuditPurging;

  beforeAll(async () => {
    database = await openTestDatabase(tenantEntities);
    const { dataSource, batched } = database;
    const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));
    const chains = new AuditChainRepository(dataSource, box);
    const purges = new AuditPurgeRepository(dataSource, box);
    events = new AuditEventRepository(dataSource);
    sealer = new AuditSealer(chains, batched, clock);
    check = new AuditCheck(chains, purges, clock);
    ageing = new AuditAgeing(events, chains, batched, Object.assign(new AuditConfig(), { AUDIT_DAYS: 30 }), clock);
    purging = new AuditPurging(chains, purges, clock);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(async () => {
    for (const table of ['audit_event', 'audit_chain', 'audit_purge']) await sql(`DELETE FROM ${table}`);
  });

  const sql = (text: string, params: unknown[] = []): Promise<any> => database.dataSource.query(text, params);
  /** Some events, of the first chain that has any. Null: not all are sealed. */
  const empty = async (most = 2): Promise<number | null> => {
    const chains = await purging.chains(PURGE.merchantId);
    for (const chain of chains ?? []) {
      const some = await database.batched.run((batch) => purging.empty(batch, chain, PURGE, most));
      if (some > 0) return some;
    }
    return chains && 0;
  };
  const faultOf = async (chain = 'prv_a'): Promise<ChainReport['fault']> => (await check.examine(chain)).fault;
  const note = (merchantId: string | null, more: Partial<NewAuditEvent> = {}): Promise<number> =>
    events.insert({
      ...{ requestId: 'req_1', chain: 'prv_a', merchantId, at: clock.now(), actorKind: 'user', actorId: 'usr_a' },
      ...{ actorName: 'a@example.test', actorMerchantId: null, action: 'fetch:start', route: 'POST /api/v1/fetches' },
      ...{ targetId: merchantId, targetIds: merchantId, address: '203.0.113.7', outcome: 'done', code: null, ...more },
    });
  const seal = (): Promise<number> => {
    clock.advance(MINUTE_MS);
    return sealer.sweep();
  };
  /** Places 1 to 9: every third is about another merchant. */
  const nine = async (): Promise<void> => {
    for (let n = 1; n <= 9; n++) await note(n % 3 === 0 ? 'mer_b' : 'mer_a');
    await seal();
  };
  const emptyAll = async (): Promise<number[]> => {
    const counts: number[] = [];
    for (let some = await empty(); some !== 0; some = await empty()) counts.push(some ?? -1);
    return counts;
  };

  it('empties what is told about the merchant alone, chunk by chunk, and the chain is whole after each', async () => {
    await nine();
    for (let some: number | null = 1; some !== 0;) {
      some = await empty();
      expect(await faultOf()).toBeNull();
    }
    expect(await check.examine('prv_a')).toMatchObject({ events: 9, purged: 6, fault: null });
    const rows = await sql('SELECT * FROM audit_event ORDER BY seq');
    expect(JSON.stringify(rows.filter((row: any) => row.purge_id !== null))).not.toMatch(/mer_a|usr_a|example|203\.0/);
    expect(rows.filter((row: any) => row.merchant_id === 'mer_b')).toHaveLength(3);
  });

  it('waits until all that is told about the merchant is sealed', async () => {
    await nine();
    await note('mer_a');
    expect(await empty()).toBeNull();
    await seal();
    expect(await emptyAll()).toEqual([2, 2, 2, 1]);
  });

  it('keeps that its provider had it purged, and not what its own people tried', async () => {
    await note('mer_a', { action: 'merchant:purge' });
    await note('mer_a', { action: 'merchant:purge', actorMerchantId: 'mer_a', outcome: 'refused' });
    await seal();
    expect(await emptyAll()).toEqual([1]);
    expect(await sql('SELECT seq, action FROM audit_event WHERE purged_at IS NULL')).toEqual([
      { seq: 1, action: 'merchant:purge' },
    ]);
    expect(await faultOf()).toBeNull();
  });

  it('keeps a proof for each chain, and goes on with the next', async () => {
    await nine();
    await note('mer_a', { chain: 'installation' });
    await seal();
    expect(await emptyAll()).toEqual([1, 2, 2, 2]);
    expect([await faultOf(), await faultOf('installation')]).toEqual([null, null]);
    await sql(`UPDATE audit_purge a JOIN audit_purge b ON b.chain = 'installation' SET a.sealed = b.sealed
      WHERE a.chain = 'prv_a'`);
    expect(await faultOf()).toEqual({ at: 1, because: 'purge_forged' });
  });

  const EMPTY = 'actor_id = NULL, actor_name = NULL, merchant_id = NULL, purged_at = at';
  it.each<[string, string[], unknown]>([
    [
      'an event emptied as if by the purge',
      [`UPDATE audit_event SET ${EMPTY}, purge_id = 'pur_a' WHERE seq = 3`],
      { at: 8, because: 'purge_differs' },
    ],
    [
      'an event emptied as if by another purge',
      [`UPDATE audit_event SET ${EMPTY}, purge_id = 'pur_x' WHERE seq = 3`],
      { at: 3, because: 'emptied' },
    ],
    ['an event emptied by nobody', [`UPDATE audit_event SET ${EMPTY} WHERE seq = 3`], { at: 3, because: 'emptied' }],
    [
      'a purged event that names no purge any more',
      ['UPDATE audit_event SET purge_id = NULL WHERE seq = 4'],
      { at: 4, because: 'emptied' },
    ],
    [
      'an event in exchange for a purged one',
      [
        `UPDATE audit_event SET ${EMPTY}, purge_id = 'pur_a' WHERE seq = 3`,
        'UPDATE audit_event SET purge_id = NULL, purged_at = NULL WHERE seq = 4',
      ],
      { at: 4, because: 'changed' },
    ],
    [
      'a purged event filled again',
      ['UPDATE audit_event SET purged_at = NULL WHERE seq = 4'],
      { at: 4, because: 'changed' },
    ],
    ['the proof removed', ['DELETE FROM audit_purge'], { at: 1, because: 'emptied' }],
    ['the proof made up', ["UPDATE audit_purge SET sealed = REPEAT('x', 100)"], { at: 1, because: 'purge_forged' }],
    ['the proof of another purge', ["UPDATE audit_purge SET purge_id = 'pur_x'"], { at: 1, because: 'purge_forged' }],
    [
      'a purged event’s content hash changed, and the tail linked anew by nobody',
      ["UPDATE audit_event SET content_hash = REPEAT('x', 32) WHERE seq = 4"],
      { at: 4, because: 'relinked' },
    ],
  ])('shows %s', async (_what, tampering, fault) => {
    await nine();
    await emptyAll();
    expect(await faultOf()).toBeNull();
    for (const text of tampering) await sql(text);
    expect(await faultOf()).toEqual(fault);
  });

  it('shows a proof of less than was emptied', async () => {
    await nine();
    await empty();
    const [early] = await sql('SELECT sealed FROM audit_purge');
    await emptyAll();
    await sql('UPDATE audit_purge SET sealed = ?', [early.sealed]);
    expect(await faultOf()).toMatchObject({ because: 'purge_differs' });
  });

  it('covers up no change that somebody made before', async () => {
    await nine();
    await sql("UPDATE audit_event SET merchant_id = 'mer_a', actor_id = 'usr_x' WHERE seq = 3");
    await emptyAll();
    expect(await faultOf()).toEqual({ at: 3, because: 'changed' });
    expect((await sql('SELECT actor_id FROM audit_event WHERE seq = 3'))[0].actor_id).toBe('usr_x');
  });

  it('goes together with age, in either order and at once', async () => {
    await nine();
    await empty(3);
    clock.advance(31 * DAY_MS);
    await note('mer_a');
    await note('mer_b');
    await seal();
    await Promise.all([ageing.sweep(), empty(3)]);
    expect(await faultOf()).toBeNull();
    await emptyAll();
    expect(await check.examine('prv_a')).toMatchObject({ events: 11, purged: 10, fault: null });
    clock.advance(31 * DAY_MS);
    await ageing.sweep();
    expect(await check.examine('prv_a')).toMatchObject({ events: 11, purged: 11, fault: null });
    await sql('UPDATE audit_event SET purge_id = NULL WHERE purge_id IS NOT NULL LIMIT 1');
    expect(await faultOf()).toMatchObject({ because: 'purge_differs' });
  });

  it('is examined in one moment while events are emptied', async () => {
    for (let n = 0; n < 40; n++) await note('mer_a');
    await seal();
    const work = emptyAll();
    for (let n = 0; n < 10; n++) expect(await faultOf()).toBeNull();
    await work;
    expect(await check.examine('prv_a')).toMatchObject({ purged: 40, fault: null });
  });
});
