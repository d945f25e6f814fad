import { Redis } from 'ioredis';
import { config } from '../config/load-config';
import { StoreConfig } from '../config/platform.config';
import { redisOptions } from './redis-options';

const COMMAND_TIMEOUT_MS = 250;
const RECONNECT_MAX_MS = 2_000;

/** A client for what a request can do without: a command fails at once while Redis is away, and soon when it does not answer. */
export function quickRedis(): Redis {
  const redis = new Redis({
    ...redisOptions(config(StoreConfig).REDIS_URL),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 8), RECONNECT_MAX_MS),
  });
  // Each command tells by itself; without a listener the process would end.
  redis.on('error', () => undefined);
  return redis;
}
