import { type Bilingual } from '@app/kernel';

export function said(en: string, zh: string): Bilingual {
  return { en, zh };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A length of time as people say it: the two largest units at most. */
export function span(ms: number): Bilingual {
  const whole = Math.max(0, Math.round(ms / 1_000));
  if (whole < 60) return said(`${whole} s`, `${whole} 秒`);
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 60) return said(`${minutes} min`, `${minutes} 分钟`);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours >= 48) return said(`${Math.round(ms / (24 * HOUR_MS))} days`, `${Math.round(ms / (24 * HOUR_MS))} 天`);
  return rest === 0
    ? said(`${hours} h`, `${hours} 小时`)
    : said(`${hours} h ${rest} min`, `${hours} 小时 ${rest} 分钟`);
}

/** E.g. `2026-01-15 10:00 (UTC+8)`: WeChat's days are Beijing's. */
export function beijing(at: Date): string {
  const text = new Date(at.getTime() + 8 * HOUR_MS).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} (UTC+8)`;
}

export function figure(n: number): string {
  return n.toLocaleString('en-US');
}
