import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock, type FakeClock, KeyRing, Secret, SecretBox } from '@app/kernel';
import { connectionOptions, Jobs, loadConfig, Transactions, UpstreamConfig } from '@app/platform';
import { tenantEntities } from '@app/tenants';
import { DataSource } from 'typeorm';
import { CredentialsConfig } from '../credentials.config';
import { CredentialsModule } from '../credentials.module';
import { credentialEntities } from '../entities';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { TokenTimings } from '../tokens/token-timings';

export const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));
export const PLATFORM = { id: 'plt_1', appid: 'wxcomponent', provider: 'prv_1' } as const;
export const AT = { platformId: PLATFORM.id, appid: 'wxaccount', componentAppid: PLATFORM.appid } as const;
export const CALLBACK_TOKEN = 'callbacktoken';
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

@Global()
@Module({})
class Surroundings {}

/** Jobs put in, instead of Redis. */
export class RecordedJobs {
  readonly jobs: { readonly name: string; readonly payload: unknown }[] = [];
  /** Jobs said to wait in each queue already; null: Redis is away. */
  waiting: number | null = 0;

  enqueue(contract: { readonly name: string }, payload: unknown): Promise<boolean> {
    this.jobs.push({ name: contract.name, payload });
    return Promise.resolve(true);
  }

  depth(): Promise<number> {
    return this.waiting === null ? Promise.reject(new Error('Redis is away')) : Promise.resolve(this.waiting);
  }

  async enqueueMany(contract: { readonly name: string }, payloads: readonly unknown[]): Promise<boolean> {
    for (const payload of payloads) await this.enqueue(contract, payload);
    return true;
  }
}

/** One process: a module of its own on a pool of its own. */
export interface Process {
  readonly module: TestingModule;
  readonly dataSource: DataSource;
  readonly jobs: RecordedJobs;
  close(): Promise<void>;
}

export async function startProcess(
  url: string,
  wechatOrigin: string,
  clock: FakeClock,
  timings: TokenTimings = new TokenTimings(2_000, 2_000),
): Promise<Process> {
  loadConfig([UpstreamConfig, CredentialsConfig], {
    WECHAT_API_ORIGIN: wechatOrigin,
    WECHAT_TIMEOUT_MS: String(timings.callMs),
    COMPONENT_TOKENS_A_DAY: '50',
  });
  const entities = [...tenantEntities, ...credentialEntities];
  const dataSource = await new DataSource({ ...connectionOptions(url, 20), entities }).initialize();
  const jobs = new RecordedJobs();
  const providers = [
    { provide: DataSource, useValue: dataSource },
    Transactions,
    { provide: SecretBox, useValue: box },
    { provide: Clock, useValue: clock },
    { provide: Jobs, useValue: jobs },
  ];
  const surroundings: DynamicModule = { module: Surroundings, global: true, providers, exports: providers };
  const module = await Test.createTestingModule({ imports: [surroundings, CredentialsModule] })
    .overrideProvider(TokenTimings)
    .useValue(timings)
    .compile();
  await module.init();
  const close = async (): Promise<void> => {
    await module.close();
    await dataSource.destroy();
  };
  return { module, dataSource, jobs, close };
}

const TABLES = [
  'authorization_code',
  'invite_click',
  'invite',
  'campaign',
  'platform_pause',
  'platform_counter',
  'credential',
  'account_permission_history',
  'account_permission',
  'account',
  'push_event',
  'ticket',
  'platform_secret',
  'reconcile_run',
  'platform',
  'merchant',
  'provider',
];

/** A provider with two merchants and one platform that has its secrets and a ticket; nothing else. */
export async function seed(dataSource: DataSource, now: Date): Promise<void> {
  for (const table of TABLES) await dataSource.query(`DELETE FROM ${table}`);
  await dataSource.query("INSERT INTO provider (id, name, created_at) VALUES ('prv_1', 'P1', ?), ('prv_2', 'P2', ?)", [
    now,
    now,
  ]);
  await dataSource.query(
    "INSERT INTO merchant (id, provider_id, name, created_at) VALUES ('mer_1', 'prv_1', 'M1', ?), ('mer_2', 'prv_1', 'M2', ?), ('mer_9', 'prv_2', 'M9', ?)",
    [now, now, now],
  );
  await dataSource.query(
    "INSERT INTO platform (id, provider_id, appid, name, public_origin, created_at) VALUES (?, ?, ?, 'Platform', 'https://wx.example', ?)",
    [PLATFORM.id, PLATFORM.provider, PLATFORM.appid, now],
  );
  const secrets = { app_secret: 'app-secret', callback_token: CALLBACK_TOKEN, encoding_aes_key: AES_KEY };
  for (const [kind, value] of Object.entries(secrets)) {
    const sealed = box.seal(new Secret(value), ['platform_secret', PLATFORM.id, kind, 'current']);
    await dataSource.query(
      "INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at) VALUES (?, ?, 'current', ?, ?, ?)",
      [PLATFORM.id, kind, sealed.keyId, sealed.bytes, now],
    );
  }
  const ticket = box.seal(new Secret('ticket@@@seeded'), ['ticket', PLATFORM.id]);
  await dataSource.query(
    'INSERT INTO ticket (platform_id, create_time, received_at, key_id, sealed) VALUES (?, ?, ?, ?, ?)',
    [PLATFORM.id, now, now, ticket.keyId, ticket.bytes],
  );
}

/** An authorized account with set 2 and both tokens; its account token ends in `leftMs`. Returns its id. */
export async function seedAccount(
  process: Process,
  now: Date,
  leftMs: number,
  appid: string = AT.appid,
): Promise<number> {
  const { insertId } = await process.dataSource.query<{ insertId: number }>(
    `INSERT INTO account (public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name, head_img,
       verify_type, account_status, state, authorized_at, event_time, created_at)
     VALUES (?, ?, ?, 'mer_1', 'official_account', 'Account', '', '', '', 0, 1, 'authorized', ?, ?, ?)`,
    [`acc_${appid}`, PLATFORM.id, appid, now, now, now],
  );
  await process.dataSource.query('INSERT INTO account_permission (account_id, set_id, granted_at) VALUES (?, 2, ?)', [
    insertId,
    now,
  ]);
  const credentials = process.module.get(CredentialRepository);
  const at = { platformId: PLATFORM.id, appid };
  const expiresAt = new Date(now.getTime() + leftMs);
  const issuedAt = new Date(expiresAt.getTime() - 7_200_000);
  const token = { token: new Secret('old'), expiresAt };
  await credentials.put(process.dataSource.manager, accountTokenKey(at), token, issuedAt);
  await credentials.put(
    process.dataSource.manager,
    refreshTokenKey(at),
    { token: new Secret('rt-1'), expiresAt: null },
    now,
  );
  return insertId;
}
