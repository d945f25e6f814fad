import { addDays, AppError, shanghaiDay, shanghaiInstant } from '@app/kernel';
import { explainErrcode, WechatApiError, WechatTransportError, type ErrcodePause } from '@app/wechat';
import { COMPONENT_TOKEN_CAP, QUOTA_CLEARED } from './component-token.errors';

/** Tokens live 7200 s, and the old one works on for 5 minutes after a refresh: 10 minutes leave room for retries. */
const REFRESH_EARLY_MS = 600_000;
/** Credentials bought together are refreshed apart, over this span. */
const REFRESH_SPREAD_MS = 600_000;
/** WeChat may shorten a token's life: one of 5 minutes must not be refreshed all the time. */
const EARLY_SHARE = 0.25;
const REJECTION_GAP_MS = 10_000;
const REJECTION_GAP_CAP_MS = 900_000;
/** 61023: null, wrong pair, cancelled, or replaced by a re-authorization. */
export const REFRESH_TOKEN_REFUSED = 61023;
const FAILURE_PAUSE_MS = 15_000;
const BUSY_PAUSE_MS = 60_000;
/** Nothing we do mends it; a person must act, which clears the pause. */
const LOST_PAUSE_MS = 600_000;
const HOUR_MS = 3_600_000;
/** Field reports: WeChat counts on for 20 to 30 minutes after a reset. */
const CLEARED_PAUSE_MS = 1_800_000;

/** What the decision needs to know of a credential row. */
export interface CredentialState {
  readonly stored: boolean;
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  /** 0–1, of its own for each token: where in the span it is refreshed. */
  readonly spread: number;
  readonly suspect: number;
  readonly retryAt: Date | null;
}

export type RefreshVerdict =
  | { readonly due: false; readonly because: 'fresh'; readonly servable: true }
  /** A refresh failed a moment ago; nobody calls WeChat before `retryAt`. */
  | { readonly due: false; readonly because: 'cooling_down'; readonly servable: boolean }
  | {
      readonly due: true;
      readonly because: 'missing' | 'expired' | 'rejected' | 'suspect' | 'expiring';
      /** The stored token still works as far as we know: hand it out when the refresh fails. */
      readonly servable: boolean;
    };

export function refreshVerdict(credential: CredentialState, now: Date): RefreshVerdict {
  const because = reasonToRefresh(credential, now);
  if (because === null) return { due: false, because: 'fresh', servable: true };
  const servable = because === 'expiring' || because === 'suspect';
  if (credential.retryAt !== null && credential.retryAt > now) return { due: false, because: 'cooling_down', servable };
  return { due: true, because, servable };
}

function reasonToRefresh(
  { stored, issuedAt, expiresAt, suspect, spread }: CredentialState,
  now: Date,
): 'missing' | 'expired' | 'rejected' | 'suspect' | 'expiring' | null {
  if (!stored) return 'missing';
  const leftMs = expiresAt === null ? 0 : expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return 'expired';
  if (suspect === 1) return 'rejected';
  if (suspect > 1) return 'suspect';
  const lifeMs = expiresAt === null || issuedAt === null ? Infinity : expiresAt.getTime() - issuedAt.getTime();
  const earlyMs = Math.min(REFRESH_EARLY_MS + spread * REFRESH_SPREAD_MS, lifeMs * EARLY_SHARE);
  return leftMs < earlyMs ? 'expiring' : null;
}

/** A number from 0 to 1 that is the same in every process for one token, and another for the next. */
export function spreadOf({ id, version }: { readonly id: number; readonly version: number }): number {
  return (Math.imul(id ^ Math.imul(version, 0x9e3779b1), 0x85ebca6b) >>> 0) / 2 ** 32;
}

/**
 * How long a token that replaced a rejected one is kept although WeChat rejects it, too: 10 s, then four times as long each
 * time, at most 15 minutes. Somebody else refreshes the same token, or WeChat is ill; 10,000 component tokens a day is the quota.
 * @param rejections tokens rejected in a row, this one included
 */
export function rejectionGapMs(rejections: number): number {
  return Math.min(REJECTION_GAP_MS * 4 ** (rejections - 1), REJECTION_GAP_CAP_MS);
}

/** When WeChat may be asked again after this failure; null when it was not asked, so that nothing is to be waited for. */
export function retryAfter(error: unknown, now: Date): Date | null {
  const after = (ms: number): Date => new Date(now.getTime() + ms);
  if (error instanceof WechatApiError) {
    const pause = pauseOf(error);
    if (pause !== null) return pauseEnd(pause, now);
    const lost = error.errcodeClass === 'authorization_revoked' || error.errcode === REFRESH_TOKEN_REFUSED;
    return after(lost ? LOST_PAUSE_MS : BUSY_PAUSE_MS);
  }
  if (error instanceof WechatTransportError || !(error instanceof AppError)) return after(FAILURE_PAUSE_MS);
  if (error.code === COMPONENT_TOKEN_CAP) return pauseEnd('until_midnight', now);
  if (error.code === QUOTA_CLEARED) return after(CLEARED_PAUSE_MS);
  return error.kind === 'denied' ? after(LOST_PAUSE_MS) : null;
}

/** How long WeChat's quota keeps a call of the platform away; null when it is no matter of quota. */
export function pauseOf(error: WechatApiError): ErrcodePause | null {
  if (error.errcodeClass !== 'quota_wait') return null;
  return explainErrcode(error.errcode, 'component').pause ?? 'one_minute';
}

export function pauseEnd(pause: ErrcodePause, now: Date): Date {
  switch (pause) {
    case 'one_minute':
      return new Date(now.getTime() + 60_000);
    case 'one_hour':
      return new Date(now.getTime() + HOUR_MS);
    case 'one_day':
      return new Date(now.getTime() + 24 * HOUR_MS);
    case 'until_midnight':
      return shanghaiInstant(addDays(shanghaiDay(now), 1));
  }
}
