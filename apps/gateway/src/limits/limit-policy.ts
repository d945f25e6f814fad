import { AppError } from '@app/kernel';

/** Requests one caller may send in a window; the same for all of a kind. */
export interface LimitPolicy {
  readonly name: 'key' | 'user';
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Where a caller stands after a request. */
export interface Standing {
  readonly policy: LimitPolicy;
  /** Requests left in this window. */
  readonly remaining: number;
  /** Whole seconds until the next one, at least 1. */
  readonly resetSeconds: number;
  /** This request was one too many. */
  readonly isOver: boolean;
}

export const WINDOW_SECONDS = 60;

/** Programs have less than people. Null: no limit is set (0). */
export function policyOf(
  callerId: string,
  limits: { readonly key: number; readonly user: number },
): LimitPolicy | null {
  const name = callerId.startsWith('key_') ? 'key' : 'user';
  const limit = limits[name];
  return limit === 0 ? null : { name, limit, windowSeconds: WINDOW_SECONDS };
}

/** Structured fields of draft-ietf-httpapi-ratelimit-headers-10. */
export function limitHeaders({ policy, remaining, resetSeconds }: Standing): Record<string, string> {
  return {
    'RateLimit-Policy': `"${policy.name}";q=${policy.limit};w=${policy.windowSeconds}`,
    RateLimit: `"${policy.name}";r=${remaining};t=${resetSeconds}`,
  };
}

/** Its `retryAfterSeconds` becomes Retry-After. */
export function rateLimited({ policy, resetSeconds }: Standing): AppError {
  const { limit, windowSeconds } = policy;
  return new AppError('limited', 'rate_limited', {
    message: {
      en: `More than ${limit} requests in ${windowSeconds} seconds; go on in ${resetSeconds} seconds.`,
      zh: `${windowSeconds} 秒内请求超过 ${limit} 次，请在 ${resetSeconds} 秒后继续。`,
    },
    detail: { retryAfterSeconds: resetSeconds, limit },
  });
}
