import { type KeyRing } from '@app/kernel';
import { type DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { loadConfig } from '../config/load-config';
import { ProcessConfig } from '../config/platform.config';
import { type SealingPresence } from './sealing-presence';
import { clear, columns, makeTables, partsOf, ringOf, writeLetters, writeStamps } from './testing/letters';

const K1 = ringOf(['k1']);

/** What a process goes through at boot, on a real database. */
describe('SealingPresence', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const running: SealingPresence[] = [];

  beforeAll(async () => {
    loadConfig([ProcessConfig], { SECRET_KEYS: 'unused:here' });
    database = await openTestDatabase();
    dataSource = database.dataSource;
    await makeTables(dataSource);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(() => clear(dataSource));
  afterEach(async () => {
    for (const presence of running.splice(0)) await presence.leave();
  });

  async function join(
    ring: KeyRing,
    onRetired: () => void = () => undefined,
    beatMs?: number,
  ): Promise<SealingPresence> {
    const presence = partsOf(dataSource, ring).presence();
    await presence.join('worker', columns, onRetired, beatMs);
    running.push(presence);
    return presence;
  }

  const column = async (sql: string): Promise<unknown[]> =>
    (await dataSource.query<Record<string, unknown>[]>(sql)).map((row) => Object.values(row)[0]);
  const knownKeys = () => column('SELECT id FROM sealing_key ORDER BY id');
  const processes = () => column('SELECT sealing_key_id FROM sealing_process ORDER BY sealing_key_id');
  const refusal = (code: string, keys: object) => expect.objectContaining({ code, detail: keys }) as Error;
  const silent = () => dataSource.query('UPDATE sealing_process SET seen_at = seen_at - INTERVAL 31 SECOND');

  it('records new keys, says that it runs, and takes that back', async () => {
    const presence = await join(ringOf(['k1', 'k2']));
    expect([await knownKeys(), await processes()]).toEqual([['k1', 'k2'], ['k1']]);
    expect(await column('SELECT id FROM sealing_key WHERE used_at IS NOT NULL')).toEqual(['k1']);
    running.pop();
    await presence.leave();
    expect(await processes()).toEqual([]);
    await join(ringOf(['k1', 'k2']));
  });

  it('refuses when rows need a key that is not there, and leaves nothing behind', async () => {
    await writeLetters(dataSource, K1, 1, 3);
    await writeStamps(dataSource, ringOf(['k0']));
    await expect(join(ringOf(['k2']))).rejects.toEqual(refusal('key_missing', { keyIds: ['k1', 'k0'] }));
    await expect(join(ringOf(['k1']))).rejects.toEqual(refusal('key_missing', { keyIds: ['k0'] }));
    expect([await knownKeys(), await processes()]).toEqual([[], []]);
    await join(ringOf(['k2', 'k1', 'k0']));
  });

  it.each([
    ['first', ['k1', 'k2']],
    ['behind', ['k2', 'k1']],
  ])('refuses other bytes under a known id, %s', async (_name, ids) => {
    await (await join(K1)).leave();
    running.pop();
    await expect(join(ringOf(ids, 1))).rejects.toEqual(refusal('key_wrong', { keyIds: ['k1'] }));
    expect(await knownKeys()).toEqual(['k1']);
  });

  it('asks the rows when the id is new to the table of keys, as after an upgrade', async () => {
    await writeLetters(dataSource, K1, 1, 5);
    await expect(join(ringOf(['k1'], 1))).rejects.toEqual(refusal('key_wrong', { keyIds: ['k1'] }));
    expect(await knownKeys()).toEqual([]);
    // One damaged row does not speak against the key.
    await dataSource.query("UPDATE letter SET sealed = 'damaged' WHERE id = 1");
    await join(K1);
    expect(await knownKeys()).toEqual(['k1']);
  });

  it('lets one of two in when they come at once with other bytes for a new id', async () => {
    for (let round = 0; round < 10; round++) {
      await clear(dataSource);
      const results = await Promise.allSettled([join(K1), join(ringOf(['k1'], 1))]);
      const codes = results.map((result) =>
        result.status === 'rejected' ? (result.reason as { code: string }).code : 'in',
      );
      expect(codes.sort()).toEqual(['in', 'key_wrong']);
      await running.pop()?.leave();
    }
  });

  it('refuses a retired key in front, and takes it behind', async () => {
    await join(ringOf(['k1', 'k2']));
    await running.pop()?.leave();
    expect(await partsOf(dataSource, ringOf(['k2', 'k1'])).retirement.retire('k1', columns)).toBe('retired');
    await expect(join(ringOf(['k1', 'k2']))).rejects.toEqual(refusal('key_retired', { keyId: 'k1' }));
    expect(await processes()).toEqual([]);
    await join(ringOf(['k2', 'k1']));
  });

  it('refuses a new key in front while a process runs without it, and forgets one that was killed', async () => {
    await join(K1);
    await expect(join(ringOf(['k2', 'k1']))).rejects.toEqual(refusal('peer_lacks_key', { keyId: 'k2' }));
    expect([await knownKeys(), await processes()]).toEqual([['k1'], ['k1']]);
    await silent();
    await join(ringOf(['k2', 'k1']));
    expect(await processes()).toEqual(['k1', 'k2']);
  });

  it('refuses to run without a key that a running process seals with', async () => {
    await join(ringOf(['k1', 'k2']));
    await expect(join(ringOf(['k2']))).rejects.toEqual(refusal('peer_key_missing', { keyId: 'k1' }));
  });

  it('never lets in two that cannot read each other, however close they come', async () => {
    for (let round = 0; round < 10; round++) {
      await clear(dataSource);
      const results = await Promise.allSettled([join(ringOf(['k1'])), join(ringOf(['k2', 'k1']))]);
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2);
      for (const presence of running.splice(0)) await presence.leave();
    }
  });

  describe('retirement', () => {
    const retire = (keyId: string) => partsOf(dataSource, ringOf(['k2', 'k1'])).retirement.retire(keyId, columns);

    beforeEach(async () => {
      await join(ringOf(['k1', 'k2']));
      await running.pop()?.leave();
    });

    it('refuses while a row is left, in whatever table', async () => {
      await writeLetters(dataSource, K1, 1, 3);
      await expect(retire('k1')).rejects.toThrow('(letter 3)');
      await dataSource.query('DELETE FROM letter');
      await writeStamps(dataSource, K1);
      await expect(retire('k1')).rejects.toThrow('(stamp 6)');
    });

    it('refuses while a process seals with it, not while one only holds it', async () => {
      await join(ringOf(['k1', 'k2']));
      await expect(retire('k1')).rejects.toEqual(refusal('peer_seals', { keyId: 'k1' }));
      await running.pop()?.leave();
      await join(ringOf(['k2', 'k1']));
      expect([await retire('k1'), await retire('k1')]).toEqual(['retired', 'retired_before']);
    });

    it('refuses the key that seals and one that nobody knows', async () => {
      await expect(retire('k2')).rejects.toEqual(refusal('key_seals_here', { keyId: 'k2' }));
      await expect(retire('k9')).rejects.toEqual(refusal('key_unknown', { keyId: 'k9' }));
    });

    it('either sees a process that begins to seal, or keeps it out', async () => {
      for (let round = 0; round < 20; round++) {
        await clear(dataSource);
        await (await join(ringOf(['k1', 'k2']))).leave();
        running.pop();
        const results = await Promise.allSettled([retire('k1'), join(ringOf(['k1', 'k2']))]);
        expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        for (const presence of running.splice(0)) await presence.leave();
      }
    });

    it.each([
      ['a while', silent],
      ['so long that its row was removed', () => dataSource.query('DELETE FROM sealing_process')],
    ])('tells a process that stood still for %s to end', async (_name, standStill) => {
      let told = (): void => undefined;
      const ended = new Promise<void>((resolve) => (told = resolve));
      await join(ringOf(['k1', 'k2']), told, 1_000);
      // Its next word must not bring the key back.
      await standStill();
      expect(await retire('k1')).toBe('retired');
      await ended;
    });
  });

  it('keeps saying that it runs, also when its row was removed', async () => {
    await join(K1, undefined, 20);
    await silent();
    await dataSource.query('DELETE FROM sealing_process');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await column('SELECT seen_at > UTC_TIMESTAMP(3) - INTERVAL 1 SECOND FROM sealing_process')).toEqual([1]);
  });
});
