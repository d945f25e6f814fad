import { CREDENTIALS_CONFIGS } from '@app/credentials';
import { Clock, type FakeClock, KeyRing, SecretBox } from '@app/kernel';
import { BatchedTransactions, connectionOptions, Jobs, loadConfig, Transactions, UpstreamConfig } from '@app/platform';
import { type Reach } from '@app/tenants';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { FetchingConfig } from '../fetching.config';
import { FetchingModule } from '../fetching.module';

@Module({})
class Surroundings {}

/** One process of ours, without HTTP and Redis, on a pool of its own. */
export interface FetchingProcess {
  readonly dataSource: DataSource;
  get<T>(part: Type<T>): T;
  close(): Promise<void>;
}

/** Whose accounts `insertAccounts` makes. */
export const PROVIDER: Reach = { host: false, providerIds: ['prv_1'], merchantIds: [] };
export const PERSON = { userId: 'usr_1', email: 'p@example.test', name: 'P', memberships: [] } as const;

export async function startFetching(url: string, clock: FakeClock): Promise<FetchingProcess> {
  loadConfig([UpstreamConfig, FetchingConfig, ...CREDENTIALS_CONFIGS], { WECHAT_API_ORIGIN: 'http://127.0.0.1:9' });
  const dataSource = await new DataSource(connectionOptions(url, 10)).initialize();
  const providers = [
    { provide: DataSource, useValue: dataSource },
    Transactions,
    BatchedTransactions,
    { provide: SecretBox, useValue: new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]])) },
    { provide: Clock, useValue: clock },
    { provide: Jobs, useValue: { enqueueMany: () => Promise.resolve(true), enqueue: () => Promise.resolve(true) } },
  ];
  const surroundings: DynamicModule = { module: Surroundings, global: true, providers, exports: providers };
  const module = await Test.createTestingModule({ imports: [surroundings, FetchingModule] }).compile();
  await module.init();
  const close = async (): Promise<void> => {
    await module.close();
    await dataSource.destroy();
  };
  return { dataSource, get: (part) => module.get(part, { strict: false }), close };
}
