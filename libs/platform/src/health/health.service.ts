import { Injectable, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { config } from '../config/load-config';
import { StoreConfig } from '../config/platform.config';
import { redisOptions } from '../redis/redis-options';

const PROBE_TIMEOUT_MS = 2_000;

export interface HealthDetail {
  readonly ready: boolean;
  readonly detail: object;
}

/** Ready means: MySQL answers. Redis may be away for a while (rows come first), so it is shown but does not take a gateway out. */
@Injectable()
export class HealthService implements OnModuleDestroy {
  private redis: Redis | undefined;

  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
  ) {}

  async check(): Promise<HealthDetail> {
    const redis = await this.probe('redis', () => this.pingRedis());
    try {
      const result = await this.checks.check([() => this.probe('mysql', () => this.dataSource.query('SELECT 1'))]);
      return { ready: result.status === 'ok', detail: { ...result.details, ...redis } };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return { ready: false, detail: { ...(error.getResponse() as { details?: object }).details, ...redis } };
    }
  }

  onModuleDestroy(): void {
    this.redis?.disconnect();
  }

  private async probe(name: string, ask: () => Promise<unknown>): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error('no answer in time'));
      }, PROBE_TIMEOUT_MS);
    });
    try {
      await Promise.race([ask(), late]);
      return indicator.up();
    } catch (error) {
      return indicator.down({ reason: error instanceof Error ? error.name : 'failed' });
    } finally {
      clearTimeout(timer);
    }
  }

  private async pingRedis(): Promise<void> {
    this.redis ??= this.openRedis();
    await this.redis.ping();
  }

  private openRedis(): Redis {
    const redis = new Redis({
      ...redisOptions(config(StoreConfig).REDIS_URL),
      maxRetriesPerRequest: 1,
      enableOfflineQueue: true,
    });
    redis.on('error', () => undefined);
    return redis;
  }
}
