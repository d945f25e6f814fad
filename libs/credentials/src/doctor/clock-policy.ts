import { finding, notChecked, type Finding } from './finding';
import { said, span } from './wording';

export interface ClockFacts {
  /** Our time minus WeChat's by the Date header of an answer, ms; null when it told none. */
  readonly skewMs: number | null;
  /** Half of what the measuring itself leaves open. */
  readonly marginMs: number;
  /** Our time of receipt minus WeChat's CreateTime, ms, of the newest pushes. */
  readonly pushDelaysMs: readonly number[];
}

/** Calls meant for just after midnight or 08:00 come too early. */
const NOTICE_MS = 5_000;
/** Minute quotas are counted in other minutes. */
const WARNING_MS = 60_000;
/** Tokens are renewed 10 minutes early, and codes seem to be over or not yet made. */
const PROBLEM_MS = 600_000;

export function clockFinding({ skewMs, marginMs, pushDelaysMs }: ClockFacts): Finding {
  if (skewMs !== null) {
    const certain = Math.max(0, Math.abs(skewMs) - marginMs);
    const apart = describe(skewMs);
    return levelled(certain, said(`${apart.en}, by the Date header.`, `以 Date 响应头计，${apart.zh}。`));
  }
  // A push that took long to arrive looks as if our clock were ahead: the fastest one counts.
  const fastest = pushDelaysMs.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
  if (fastest === undefined) {
    return notChecked('clock', said('WeChat told no time and no push has come.', '微信未提供时间，也尚未收到推送。'));
  }
  const apart = describe(fastest);
  return levelled(Math.abs(fastest), said(`${apart.en}, by the newest pushes.`, `以最近的推送计，${apart.zh}。`));
}

function describe(skewMs: number): { en: string; zh: string } {
  const by = span(Math.abs(skewMs));
  if (Math.abs(skewMs) < 1_000)
    return said('Our clock and WeChat’s agree to the second', '我方时钟与微信相差不足 1 秒');
  return skewMs > 0
    ? said(`Our clock is ${by.en} ahead of WeChat’s`, `我方时钟比微信快 ${by.zh}`)
    : said(`Our clock is ${by.en} behind WeChat’s`, `我方时钟比微信慢 ${by.zh}`);
}

function levelled(certainMs: number, what: { en: string; zh: string }): Finding {
  if (certainMs >= PROBLEM_MS) return finding('clock', 'problem', 'far_off', what, SYNC);
  if (certainMs >= WARNING_MS) return finding('clock', 'warning', 'off', what, SYNC);
  if (certainMs >= NOTICE_MS) return finding('clock', 'notice', 'drifting', what, SYNC);
  return finding('clock', 'ok', 'ok', what);
}

const SYNC = said(
  'Let NTP (chrony, systemd-timesyncd) keep this machine’s time.',
  '请启用 NTP(chrony 或 systemd-timesyncd)校时。',
);
