import { type Answer } from './answer';

/** `callCount` calls in `refreshSeconds` seconds. */
export interface RateLimit {
  readonly callCount: number;
  readonly refreshSeconds: number;
}

/** Calls today. Every system that calls for the account counts. */
export interface Quota {
  readonly dailyLimit: number;
  readonly used: number;
  readonly remain: number;
  readonly rateLimit: RateLimit | null;
  readonly componentRateLimit: RateLimit | null;
}

/** Reads an answer of openapi/quota/get. */
export function readQuota(answer: Answer): Quota {
  const quota = answer.object('quota');
  return {
    dailyLimit: quota.whole('daily_limit'),
    used: quota.whole('used'),
    remain: quota.whole('remain'),
    rateLimit: readRateLimit(answer.optionalObject('rate_limit')),
    componentRateLimit: readRateLimit(answer.optionalObject('component_rate_limit')),
  };
}

function readRateLimit(limit: Answer | null): RateLimit | null {
  const callCount = limit?.optionalWhole('call_count') ?? null;
  const refreshSeconds = limit?.optionalWhole('refresh_second') ?? null;
  return callCount === null || refreshSeconds === null ? null : { callCount, refreshSeconds };
}
