import { addDays, shanghaiDay, shanghaiHour, shanghaiInstant } from '@app/kernel';
import { explainErrcode, WechatApiError } from '@app/wechat';

const MINUTE_MS = 60_000;
/** WeChat's counters are not reset in the very second. */
const GRACE_MINUTES = 1;

export interface QuotaPause {
  readonly endsAt: Date;
  readonly because: string;
}

/**
 * How long nobody may call for the appid; null when the error is about no quota.
 * @param resetHour hour of Beijing at which WeChat resets the day's quotas (undocumented; 0 is what is seen)
 */
export function pauseAfter(error: unknown, now: Date, resetHour: number): QuotaPause | null {
  if (!(error instanceof WechatApiError) || error.errcodeClass !== 'quota_wait') return null;
  switch (explainErrcode(error.errcode, 'authorizer').pause ?? 'until_midnight') {
    case 'one_minute':
      return { endsAt: new Date(now.getTime() + MINUTE_MS), because: 'minute_quota_used' };
    case 'one_hour':
      return { endsAt: new Date(now.getTime() + 60 * MINUTE_MS), because: `wechat_${error.errcode}` };
    case 'one_day':
      return { endsAt: new Date(now.getTime() + 24 * 60 * MINUTE_MS), because: `wechat_${error.errcode}` };
    case 'until_midnight':
      return { endsAt: nextReset(now, resetHour), because: 'day_quota_used' };
  }
}

function nextReset(now: Date, hour: number): Date {
  const today = shanghaiDay(now);
  return shanghaiInstant(shanghaiHour(now) < hour ? today : addDays(today, 1), hour, GRACE_MINUTES);
}
