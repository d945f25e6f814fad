import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { config } from '../config/load-config';
import { StoreConfig } from '../config/platform.config';
import { redisOptions } from '../redis/redis-options';
import { Jobs } from './jobs';
import { JobRouter } from './job-router';

const RECONNECT_MAX_MS = 2_000;

@Module({})
export class JobsModule {
  /**
   * @param role a producer answers people, so it fails fast when Redis is away; a consumer waits for it as long as it takes.
   * @param queues every queue this process adds to or takes from.
   */
  static forRoot(role: 'producer' | 'consumer', queues: readonly string[]): DynamicModule {
    return {
      module: JobsModule,
      global: true,
      imports: [
        BullModule.forRootAsync({
          useFactory: () => {
            const { REDIS_URL, REDIS_PREFIX } = config(StoreConfig);
            return {
              prefix: REDIS_PREFIX,
              connection: {
                ...redisOptions(REDIS_URL),
                retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 8), RECONNECT_MAX_MS),
                maxRetriesPerRequest: role === 'producer' ? 1 : null,
                enableOfflineQueue: role !== 'producer',
              },
            };
          },
        }),
        ...queues.map((name) => BullModule.registerQueue({ name })),
      ],
      providers: [Jobs, JobRouter],
      exports: [Jobs, JobRouter],
    };
  }
}
