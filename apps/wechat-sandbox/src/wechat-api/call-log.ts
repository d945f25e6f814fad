interface Line {
  readonly path: string;
  readonly appid: string;
  readonly component_appid: string;
  readonly errcode: number;
  /** Pairs of real Unix ms and count, oldest first. */
  times: number[];
}

export interface CallCount {
  readonly path: string;
  readonly appid: string;
  readonly component_appid: string;
  readonly errcode: number;
  readonly count: number;
}

/** Above this many pairs every line shrinks to one pair: counts stay right, `since` loses precision before it. */
const KEPT_PAIRS = 1_000_000;

/** Every WeChat call since the last DELETE, counted by path, account, platform and errcode; times are real time. */
export class CallLog {
  private readonly lines = new Map<string, Line>();
  private pairs = 0;

  record(path: string, appid: string, component: string, errcode: number): void {
    const key = `${path}|${appid}|${component}|${errcode}`;
    let line = this.lines.get(key);
    if (line === undefined) {
      line = { path, appid, component_appid: component, errcode, times: [] };
      this.lines.set(key, line);
    }
    const { times } = line;
    const now = Date.now();
    const last = times.length - 2;
    if (times[last] === now) {
      times[last + 1] = (times[last + 1] ?? 0) + 1;
      return;
    }
    times.push(now, 1);
    this.pairs += 1;
    if (this.pairs > KEPT_PAIRS) this.shrink();
  }

  /** `since` in real Unix ms, included. */
  list(since = 0): CallCount[] {
    const found: CallCount[] = [];
    for (const { times, ...line } of this.lines.values()) {
      const count = countSince(times, since);
      if (count > 0) found.push({ ...line, count });
    }
    return found;
  }

  clear(): void {
    this.lines.clear();
    this.pairs = 0;
  }

  private shrink(): void {
    for (const line of this.lines.values()) line.times = [line.times.at(-2) ?? 0, countSince(line.times, 0)];
    this.pairs = this.lines.size;
  }
}

function countSince(times: readonly number[], since: number): number {
  let count = 0;
  for (let i = times.length - 2; i >= 0 && (times[i] ?? 0) >= since; i -= 2) count += times[i + 1] ?? 0;
  return count;
}
