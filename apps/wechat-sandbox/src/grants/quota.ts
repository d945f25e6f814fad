import { beijingDay } from '../clock/beijing-day';
import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { WechatError } from '../wechat-api/wechat-error';

interface Counter {
  day: number;
  used: number;
  minute: number;
  minuteUsed: number;
}

export interface Limits {
  /** Calls a day and a minute; 0 = no limit. */
  readonly daily: number;
  readonly minute: number;
}

/** What quota/get shows for a path without a limit. */
const NO_LIMIT = 100_000_000;
const HOUR_MS = 3_600_000;

/** Staff say that a reset may leave these alone (community 0000043930c47085d3df605b854400). */
const TOKEN_CALLS = ['/cgi-bin/component/api_component_token', '/cgi-bin/component/api_authorizer_token'];

export interface SavedQuota {
  readonly counters: [string, Counter][];
  readonly resets: [string, { month: string; used: number }][];
  readonly due?: [string, number][];
}

/**
 * Counters per appid and path. A datacube counter belongs to the account whatever platform calls; a component counter
 * to the platform (get_api_quota page).
 */
export class Quota {
  private readonly counters = new Map<string, Counter>();
  private readonly resets = new Map<string, { month: string; used: number }>();
  /** Resets asked for that have not taken effect, by appid; Unix ms. */
  private readonly due = new Map<string, number>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
  ) {}

  /** Counts one call. Throws 45009 when the day is used up and 45011 when the minute is. */
  spend(appid: string, path: string, limits: Limits): void {
    const counter = this.counter(appid, path);
    if (limits.daily > 0 && counter.used >= limits.daily) throw new WechatError(45009);
    if (limits.minute > 0 && counter.minuteUsed >= limits.minute) throw new WechatError(45011);
    counter.used += 1;
    counter.minuteUsed += 1;
  }

  /** Counts a call that no limit holds back. */
  note(appid: string, path: string): void {
    this.counter(appid, path).used += 1;
  }

  read(appid: string, path: string, limits: Limits): { daily_limit: number; used: number; remain: number } {
    const { used } = this.counter(appid, path);
    const limit = limits.daily === 0 ? NO_LIMIT : limits.daily;
    return { daily_limit: limit, used, remain: Math.max(0, limit - used) };
  }

  /** Sets a counter by hand, for tests that cannot make thousands of calls. */
  preset(appid: string, path: string, used: number): void {
    this.counter(appid, path).used = used;
  }

  /** Starts all counters of an appid again. Throws 48006 when this month's resets are used up. */
  clear(appid: string): void {
    const month = new Date(this.clock.now() + 8 * HOUR_MS).toISOString().slice(0, 7);
    const reset = this.resets.get(appid);
    const used = reset?.month === month ? reset.used : 0;
    if (used >= this.faults.values.clearQuotaMonthlyLimit) throw new WechatError(48006);
    this.resets.set(appid, { month, used: used + 1 });
    const lagMs = this.faults.values.clearQuotaLagSeconds * 1000;
    if (lagMs === 0) this.restart(appid);
    else this.due.set(appid, this.clock.now() + lagMs);
  }

  save(): SavedQuota {
    return { counters: [...this.counters], resets: [...this.resets], due: [...this.due] };
  }

  restore(saved: SavedQuota): void {
    for (const [key, counter] of saved.counters) this.counters.set(key, counter);
    for (const [appid, reset] of saved.resets) this.resets.set(appid, reset);
    for (const [appid, at] of saved.due ?? []) this.due.set(appid, at);
  }

  private restart(appid: string): void {
    const kept = this.faults.values.clearQuotaResetsTokenCalls ? [] : TOKEN_CALLS.map((path) => `${appid}|${path}`);
    for (const key of this.counters.keys()) {
      if (key.startsWith(`${appid}|`) && !kept.includes(key)) this.counters.delete(key);
    }
  }

  private counter(appid: string, path: string): Counter {
    const now = this.clock.now();
    if ((this.due.get(appid) ?? Infinity) <= now) {
      this.due.delete(appid);
      this.restart(appid);
    }
    const day = beijingDay(now - this.faults.values.quotaResetHour * HOUR_MS);
    const minute = Math.floor(now / 60_000);
    const key = `${appid}|${path}`;
    let counter = this.counters.get(key);
    if (counter === undefined) {
      counter = { day, used: 0, minute, minuteUsed: 0 };
      this.counters.set(key, counter);
    }
    if (counter.day !== day) {
      counter.day = day;
      counter.used = 0;
    }
    if (counter.minute !== minute) {
      counter.minute = minute;
      counter.minuteUsed = 0;
    }
    return counter;
  }
}
