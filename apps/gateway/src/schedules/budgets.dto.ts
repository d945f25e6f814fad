import { type AccountBudget, type PlatformBudget, type Used } from '@app/fetching';
import { iso } from '../http';

/** Calls that reached WeChat today, by what they were for. */
export class UsedCallsDto {
  /** Small fetches that people asked for. */
  asked: number;
  daily: number;
  /** Backfills and large fetches. */
  bulk: number;
}

export class QuotaHintDto {
  /** What WeChat lets the appid do in a day, by openapi/quota/get. */
  dailyLimit: number;
  /** By all systems that call for the appid; WeChat counts with a delay. */
  used: number;
  /** ISO 8601, UTC. */
  readAt: string;
}

export class AccountBudgetDto {
  appid: string;
  /** Day of Asia/Shanghai (YYYY-MM-DD). */
  day: string;
  /** Midnight in Beijing, ISO 8601, UTC. */
  resetsAt: string;
  /** On all platforms: WeChat's quota belongs to the appid. */
  used: UsedCallsDto;
  /** Most bulk calls a day; null: no limit. */
  bulkCap: number | null;
  hint: QuotaHintDto | null;
  /** WeChat refused the appid: nobody calls for it before this time. */
  pausedUntil: string | null;
}

export class PlatformBudgetDto {
  day: string;
  resetsAt: string;
  used: UsedCallsDto;
  /** Most calls a day, whatever for; null: no limit. */
  cap: number | null;
  /** Calls of the cap that only the daily run may use. */
  dailyReserve: number | null;
}

export function accountBudgetDto({ appid, bulkCap, hint, pausedUntil, ...rest }: AccountBudget): AccountBudgetDto {
  return {
    appid,
    ...{ day: rest.day, resetsAt: rest.resetsAt.toISOString(), used: usedDto(rest.used) },
    bulkCap,
    hint: hint && { dailyLimit: hint.dailyLimit, used: hint.used, readAt: hint.readAt.toISOString() },
    pausedUntil: iso(pausedUntil),
  };
}

export function platformBudgetDto({ day, resetsAt, used, cap, dailyReserve }: PlatformBudget): PlatformBudgetDto {
  return { day, resetsAt: resetsAt.toISOString(), used: usedDto(used), cap, dailyReserve };
}

function usedDto(used: Used): UsedCallsDto {
  return { asked: used[1] ?? 0, daily: used[2] ?? 0, bulk: used[3] ?? 0 };
}
