import { AppError, type ShanghaiDate } from '@app/kernel';
import { latestDay, WechatApiError, WechatTransportError } from '@app/wechat';
import { CIRCUIT_OPEN } from './calls/call.errors';
import { nextAsk } from './day-policy';
import { type TaskState } from './task-states';

/** Where a task goes, why, and when it is looked at again. */
export interface TaskVerdict {
  readonly state: TaskState;
  readonly because: string;
  readonly at: Date;
}

const MINUTE_MS = 60_000;
const CIRCUIT_RETRY_MS = 10_000;
const BACKOFF_CAP_MS = 60 * MINUTE_MS;

/**
 * What a failed call or a failed token means for its task.
 * @param attempts failures in a row, this one included
 * @param jitter 0–1
 */
export function afterFailure(error: unknown, attempts: number, now: Date, jitter: number): TaskVerdict {
  if (error instanceof WechatApiError) return afterErrcode(error, attempts, now, jitter);
  if (error instanceof WechatTransportError)
    return later('planned', 'wechat_unreachable', now, backoff(attempts, MINUTE_MS / 2, jitter));
  if (error instanceof AppError && error.code === CIRCUIT_OPEN)
    return later('planned', error.code, now, CIRCUIT_RETRY_MS * (1 + jitter));
  if (error instanceof AppError && error.kind === 'denied') {
    return later('waiting_permission', error.code, now, 5 * MINUTE_MS);
  }
  if (error instanceof AppError && error.kind !== 'bug')
    return later('waiting_token', error.code, now, backoff(attempts, MINUTE_MS / 2, jitter));
  return later('planned', 'internal_error', now, backoff(attempts, MINUTE_MS, jitter));
}

function afterErrcode(error: WechatApiError, attempts: number, now: Date, jitter: number): TaskVerdict {
  switch (error.errcodeClass) {
    case 'retry_soon':
      return later('planned', 'wechat_busy', now, Math.max(MINUTE_MS, backoff(attempts, 2 * MINUTE_MS, jitter)));
    case 'wait_for_data':
      return { state: 'waiting_data', because: 'data_not_ready', at: nextAsk(now) };
    case 'quota_wait':
      return later('waiting_quota', `wechat_${error.errcode}`, now, 60 * MINUTE_MS);
    case 'refresh_credential':
    case 'platform_misconfigured':
      return later('waiting_token', `wechat_${error.errcode}`, now, backoff(attempts, MINUTE_MS, jitter));
    case 'permission_lost':
    case 'authorization_revoked':
      return later('waiting_permission', `wechat_${error.errcode}`, now, 30 * MINUTE_MS);
    case 'caller_error':
    case 'unknown':
      return { state: 'failed', because: `wechat_${error.errcode}`, at: now };
  }
}

/** The newest day that is worth asking WeChat for. */
export function askableTo(to: ShanghaiDate, now: Date): ShanghaiDate {
  const latest = latestDay(now);
  return to < latest ? to : latest;
}

function later(state: TaskState, because: string, now: Date, ms: number): TaskVerdict {
  return { state, because, at: new Date(now.getTime() + ms) };
}

/** Doubles from `first` up to an hour, then spread over half to one and a half of it. */
function backoff(attempts: number, first: number, jitter: number): number {
  return Math.min(BACKOFF_CAP_MS, first * 2 ** Math.min(attempts - 1, 10)) * (0.5 + jitter);
}
