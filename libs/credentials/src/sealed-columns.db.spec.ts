import { FakeClock, KeyRing, Secret, SecretBox } from '@app/kernel';
import { KeyRotation, SealingModule, Transactions, type RotationResult } from '@app/platform';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { PlatformSecretsRepository } from './platforms/platform-secrets.repository';
import { PushEventRepository } from './pushes/push-event.repository';
import { credentialSealedColumns } from './sealed-columns';
import { AT, PLATFORM, seed } from './testing/harness';
import { TicketRepository } from './tickets/ticket.repository';
import { accountTokenKey, refreshTokenKey } from './tokens/credential-keys';
import { CredentialRepository, type StoredCredential } from './tokens/credential.repository';

// The harness seals its own rows with k1 of these bytes.
const K1: [string, Buffer] = ['k1', Buffer.alloc(32, 7)];
const K2: [string, Buffer] = ['k2', Buffer.alloc(32, 8)];
const OLD = new KeyRing([K1, K2]);
const BOTH = new KeyRing([K2, K1]);
const NEW = new KeyRing([K2]);
const XML = '<xml><InfoType>x</InfoType></xml>';

@Global()
@Module({})
class Surroundings {}

describe('sealed columns', () => {
  const clock = new FakeClock('2026-01-15T02:00:00.000Z');
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = database.dataSource;
    transactions = new Transactions(dataSource);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(() => seed(dataSource, clock.now()));

  const boxed = (ring: KeyRing) => {
    const box = new SecretBox(ring);
    return {
      credentials: new CredentialRepository(dataSource, transactions, box),
      secrets: new PlatformSecretsRepository(dataSource, box),
      tickets: new TicketRepository(dataSource, box),
      pushes: new PushEventRepository(dataSource, box),
    };
  };

  /** Seals everything under k2, as the command does. */
  async function rotate(): Promise<RotationResult[]> {
    const providers = [
      { provide: DataSource, useValue: dataSource },
      { provide: Transactions, useValue: transactions },
      { provide: KeyRing, useValue: BOTH },
    ];
    const surroundings = { module: Surroundings, global: true, providers, exports: providers };
    const module = await Test.createTestingModule({ imports: [surroundings, SealingModule] }).compile();
    const results: RotationResult[] = [];
    const options = { batch: 2, onProgress: () => undefined, signal: new AbortController().signal };
    for (const column of credentialSealedColumns) results.push(await module.get(KeyRotation).run(column, options));
    return results;
  }

  /** Both tokens of the account and a push beside what `seed` made. */
  async function fill(): Promise<number> {
    const { credentials, pushes } = boxed(OLD);
    const { manager } = dataSource;
    const expiresAt = new Date(clock.now().getTime() + 3_600_000);
    await credentials.put(manager, accountTokenKey(AT), { token: new Secret('at-1'), expiresAt }, clock.now());
    await credentials.put(manager, refreshTokenKey(AT), { token: new Secret('rt-1'), expiresAt: null }, clock.now());
    await credentials.findOrCreate({ platformId: PLATFORM.id, subjectAppid: 'wxnone', kind: 'account_token' });
    const push = { platformId: PLATFORM.id, xml: XML, infoType: 'x', createTime: clock.now(), receivedAt: clock.now() };
    return (await pushes.insert(manager, { ...push, outcome: null }))!;
  }

  it('are read by the repositories after a rotation, with the new key alone', async () => {
    const pushId = await fill();
    const lease = "UPDATE credential SET suspect = 1, lease_owner = 'me', lease_until = '2026-01-15 02:00:05.123'";
    await dataSource.query(lease);
    const all = 'SELECT *, NULL AS sealed, NULL AS key_id FROM credential ORDER BY id';
    const before = await dataSource.query<object[]>(all);
    const results = await rotate();
    expect(results.map(({ table, moved, left }) => [table, moved, left])).toEqual([
      ['platform_secret', 3, 0],
      ['ticket', 1, 0],
      ['credential', 2, 0],
      ['push_event', 1, 0],
    ]);
    expect(await dataSource.query<object[]>(all)).toEqual(before);
    const { credentials, secrets, tickets, pushes } = boxed(NEW);
    expect((await credentials.find(accountTokenKey(AT)))?.token?.reveal()).toBe('at-1');
    expect((await credentials.find(refreshTokenKey(AT)))?.token?.reveal()).toBe('rt-1');
    expect((await secrets.getAppSecret(PLATFORM.id)).reveal()).toBe('app-secret');
    expect((await secrets.findKeys(PLATFORM.appid))?.tokens.map((token) => token.reveal())).toEqual(['callbacktoken']);
    expect((await tickets.findNewest(PLATFORM.id, new Date(0)))?.reveal()).toBe('ticket@@@seeded');
    expect(pushes.open((await pushes.find(pushId))!).reveal()).toBe(XML);
  });

  it('do not open where they were moved to, before and after a rotation', async () => {
    await fill();
    const move = `UPDATE credential a JOIN credential b ON b.kind = 'refresh_token'
      SET a.sealed = b.sealed, a.key_id = b.key_id WHERE a.kind = 'account_token' AND a.sealed IS NOT NULL`;
    await dataSource.query(move);
    expect(await boxed(OLD).credentials.find(accountTokenKey(AT))).toMatchObject({ token: null });
    const moved = (await rotate()).find(({ table }) => table === 'credential');
    expect(moved).toMatchObject({ moved: 1, left: 1, unreadable: [expect.any(String)] });
    await dataSource.query(move);
    expect(await boxed(BOTH).credentials.find(accountTokenKey(AT))).toMatchObject({ token: null });
    const [other] = [{ ...AT, appid: 'wxother' }];
    await boxed(OLD).credentials.put(
      dataSource.manager,
      refreshTokenKey(other),
      { token: new Secret('rt-2'), expiresAt: null },
      clock.now(),
    );
    await dataSource.query(
      "UPDATE credential a JOIN credential b ON b.subject_appid = 'wxother' AND b.kind = a.kind SET a.sealed = b.sealed, a.key_id = b.key_id WHERE a.subject_appid = ? AND a.kind = 'refresh_token'",
      [AT.appid],
    );
    expect(await boxed(BOTH).credentials.find(refreshTokenKey(AT))).toMatchObject({ token: null });
  });

  describe('a refresh with a rotation in between', () => {
    const issued = {
      token: new Secret('at-2'),
      issuedAt: clock.now(),
      expiresAt: clock.now(),
      rejections: 0,
      retryAt: null,
    };
    const beside = { key: refreshTokenKey(AT), token: new Secret('rt-2') };
    const readToken = async (): Promise<StoredCredential> => (await boxed(OLD).credentials.find(accountTokenKey(AT)))!;
    const stored = async () => {
      const { credentials } = boxed(NEW);
      const at = await credentials.find(accountTokenKey(AT));
      const rt = await credentials.find(refreshTokenKey(AT));
      return [at?.token?.reveal(), at?.version, at?.suspect, rt?.token?.reveal()];
    };

    it('is not fenced off', async () => {
      await fill();
      const read = await readToken();
      await rotate();
      expect(await boxed(BOTH).credentials.replace(read, issued, beside)).toBe('stored');
      expect(await stored()).toEqual(['at-2', 2, 0, 'rt-2']);
    });

    it('knows its own write again, although other bytes stand there, when a commit of unknown outcome is repeated', async () => {
      await fill();
      const read = await readToken();
      // The commit is done, its answer lost, and the row rotated before the work is run again.
      const lossy = {
        run: async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
          await transactions.run(work);
          await rotate();
          return transactions.run(work);
        },
      } as Transactions;
      const repository = new CredentialRepository(dataSource, lossy, new SecretBox(OLD));
      expect(await repository.replace(read, issued, beside)).toBe('stored');
      expect(await stored()).toEqual(['at-2', 2, 0, 'rt-2']);
    });

    it('is fenced off by a writer who stored the same token with another refresh token', async () => {
      await fill();
      const read = await readToken();
      const { credentials } = boxed(OLD);
      await credentials.put(dataSource.manager, accountTokenKey(AT), issued, clock.now());
      expect(await boxed(BOTH).credentials.replace(read, issued, beside)).toBe('fenced_off');
      await rotate();
      expect(await stored()).toEqual(['at-2', 2, 2, 'rt-1']);
    });

    it('is still fenced off by another writer', async () => {
      await fill();
      const read = await readToken();
      const token = { token: new Secret('at-x'), expiresAt: clock.now() };
      await boxed(OLD).credentials.put(dataSource.manager, accountTokenKey(AT), token, clock.now());
      await rotate();
      expect(await boxed(BOTH).credentials.replace(read, issued, beside)).toBe('fenced_off');
      expect(await stored()).toEqual(['at-x', 2, 2, 'rt-1']);
    });
  });
});
