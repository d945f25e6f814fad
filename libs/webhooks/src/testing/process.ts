import { Clock, type FakeClock, KeyRing, SecretBox } from '@app/kernel';
import { connectionOptions, loadConfig, ProcessConfig, SafeFetch, Transactions, type Resolve } from '@app/platform';
import { tenantEntities } from '@app/tenants';
import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { webhookEntities } from '../entities';
import { WebhooksConfig } from '../webhooks.config';
import { WebhooksModule } from '../webhooks.module';

@Global()
@Module({})
class Surroundings {}

/** One process of ours that knows webhooks alone, on a pool of its own. */
export interface WebhooksProcess {
  readonly dataSource: DataSource;
  get<T>(part: Type<T>): T;
  close(): Promise<void>;
}

/** @param web what it may reach: as in production, or with names of a test and loopback */
export async function startWebhooks(
  url: string,
  clock: FakeClock,
  web: { readonly resolve?: Resolve; readonly allowLoopback?: boolean } = {},
): Promise<WebhooksProcess> {
  const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
  loadConfig([WebhooksConfig, ProcessConfig], { WEBHOOK_TIMEOUT_MS: '1000', SECRET_KEYS: keys });
  const entities = [...tenantEntities, ...webhookEntities];
  const dataSource = await new DataSource({ ...connectionOptions(url, 10), entities }).initialize();
  const providers = [
    { provide: DataSource, useValue: dataSource },
    Transactions,
    { provide: SecretBox, useValue: new SecretBox(KeyRing.parse(keys)) },
    { provide: Clock, useValue: clock },
  ];
  const surroundings: DynamicModule = { module: Surroundings, providers, exports: providers };
  const module = await Test.createTestingModule({ imports: [surroundings, WebhooksModule] })
    .overrideProvider(SafeFetch)
    .useValue(new SafeFetch({ allowLoopback: false, ...web }))
    .compile();
  await module.init();
  const close = async (): Promise<void> => {
    await module.close();
    await dataSource.destroy();
  };
  return { dataSource, get: (part) => module.get(part, { strict: false }), close };
}
