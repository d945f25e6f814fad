import { quickRedis, StoreConfig } from '@app/platform';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config';
import { policyOf, WINDOW_SECONDS, type LimitPolicy, type Standing } from './limit-policy';

/** After Redis failed a request, the next ones are counted here for this long without asking it. */
const AWAY_MS = 1_000;

interface Counters {
  readonly shared: RateLimiterAbstract;
  readonly own: RateLimiterAbstract;
}

interface Counted {
  readonly at: RateLimiterRes;
  readonly isOver: boolean;
}

/**
 * How many requests a caller may send in a minute. Counted in Redis, for all gateways together, in one round trip; while Redis
 * is away each gateway counts for itself, so that the API keeps working.
 */
@Injectable()
export class RequestLimits implements OnApplicationShutdown {
  private readonly logger = new Logger(RequestLimits.name);
  private readonly redis: Redis;
  private readonly counters: Readonly<Record<LimitPolicy['name'], Counters>>;
  private awayUntil = 0;
  private readonly ahead = new LRUCache<string, { left: number; readonly standing: Standing }>({
    max: 10_000,
    ttlResolution: 100,
  });
  private readonly taking = new Map<string, Promise<Standing>>();

  constructor(
    private readonly config: GatewayConfig,
    { REDIS_PREFIX }: StoreConfig,
  ) {
    this.redis = quickRedis();
    const counters = (name: LimitPolicy['name'], points: number): Counters => {
      const options = { points, duration: WINDOW_SECONDS, keyPrefix: `${REDIS_PREFIX}:requests:${name}` };
      // Who is over the limit is refused without a trip until the window ends.
      const shared = { ...options, storeClient: this.redis, inMemoryBlockOnConsumed: points };
      return { shared: new RateLimiterRedis(shared), own: new RateLimiterMemory(options) };
    };
    this.counters = {
      key: counters('key', config.KEY_REQUESTS_A_MINUTE),
      user: counters('user', config.USER_REQUESTS_A_MINUTE),
    };
  }

  /**
   * Counts one request; never throws. Null: such callers have no limit.
   * @param callerId `principal.userId`: a person's id, or an API key's.
   */
  async take(callerId: string): Promise<Standing | null> {
    const policy = this.policyOf(callerId);
    return policy && standing(policy, await this.count(this.counters[policy.name], callerId, 1));
  }

  /**
   * As `take`, for a hot route: a second's worth of requests is taken in one trip, for all who come meanwhile, and used up here
   * within its window. At most as many are lost to each gateway when the window ends.
   */
  async takeAhead(callerId: string): Promise<Standing | null> {
    const policy = this.policyOf(callerId);
    if (!policy) return null;
    for (;;) {
      const ahead = this.ahead.get(callerId);
      if (ahead && ahead.left > 0) {
        ahead.left--;
        return ahead.standing;
      }
      const taken = await (this.taking.get(callerId) ?? this.takeMore(policy, callerId));
      if (taken.isOver) return taken;
    }
  }

  private takeMore(policy: LimitPolicy, callerId: string): Promise<Standing> {
    const left = Math.max(1, Math.floor(policy.limit / policy.windowSeconds));
    const taking = this.count(this.counters[policy.name], callerId, left)
      .then((counted) => {
        const taken = standing(policy, counted);
        if (!taken.isOver) this.ahead.set(callerId, { left, standing: taken }, { ttl: taken.resetSeconds * 1_000 });
        return taken;
      })
      .finally(() => this.taking.delete(callerId));
    this.taking.set(callerId, taking);
    return taking;
  }

  private policyOf(callerId: string): LimitPolicy | null {
    const { KEY_REQUESTS_A_MINUTE: key, USER_REQUESTS_A_MINUTE: user } = this.config;
    return policyOf(callerId, { key, user });
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  private async count({ shared, own }: Counters, callerId: string, points: number): Promise<Counted> {
    if (Date.now() >= this.awayUntil) {
      try {
        return await consume(shared, callerId, points);
      } catch (err) {
        this.awayUntil = Date.now() + AWAY_MS;
        this.logger.warn({ msg: 'requests are counted per process: Redis is away', err });
      }
    }
    return consume(own, callerId, points);
  }
}

/** The counter rejects with where the caller stands when this is one too many. */
async function consume(counter: RateLimiterAbstract, callerId: string, points: number): Promise<Counted> {
  try {
    return { at: await counter.consume(callerId, points), isOver: false };
  } catch (error) {
    if (error instanceof RateLimiterRes) return { at: error, isOver: true };
    throw error;
  }
}

function standing(policy: LimitPolicy, { at: { remainingPoints, msBeforeNext }, isOver }: Counted): Standing {
  const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  return { policy, remaining: Math.max(0, remainingPoints), resetSeconds, isOver };
}
