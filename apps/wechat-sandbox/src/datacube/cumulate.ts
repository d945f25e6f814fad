import { beijingDay, beijingInstant, type BeijingDay, FIRST_DATA_DAY, formatDay, parseDay } from '../clock/beijing-day';
import { type SwitchValues } from '../faults/switch-table';
import { type Account } from '../state/model';
import { WechatError } from '../wechat-api/wechat-error';
import { followers } from './follower-series';

/** "Maximum span of 7 days": begin and end included. */
const MAX_DAYS = 7;

export type CumulateRules = Pick<
  SwitchValues,
  'notReadyMode' | 'readyHour' | 'beforeBirth' | 'userSource' | 'unknownFields'
>;

/** Followers of a day once everything is computed; null when WeChat has no row for it. */
export function truthOf(account: Account, day: BeijingDay, rules: Pick<CumulateRules, 'beforeBirth'>): number | null {
  if (day < FIRST_DATA_DAY) return null;
  const byHand = account.days.get(day);
  if (byHand !== undefined) return byHand;
  if (day < account.birth) return rules.beforeBirth === 'zero' ? 0 : null;
  return followers(account.appid, day);
}

/** A day is computed from the given Beijing hour of the following day. */
function isReady(day: BeijingDay, now: number, rules: CumulateRules): boolean {
  return now >= beijingInstant(day + 1, rules.readyHour);
}

/** Throws 61500 and 61501 in this order: form first, then begin > end, span, and an end that is today or later. */
export function readRange(begin: unknown, end: unknown, now: number): { from: BeijingDay; to: BeijingDay } {
  const from = parseDay(begin);
  const to = parseDay(end);
  if (from === null || to === null) throw new WechatError(61500);
  if (from > to || to - from >= MAX_DAYS || to >= beijingDay(now)) throw new WechatError(61501);
  return { from, to };
}

/** The answer body. Written by hand, because this is the path that benchmarks call; all parts are digits and dashes. */
export function cumulateBody(
  account: Account,
  from: BeijingDay,
  to: BeijingDay,
  now: number,
  rules: CumulateRules,
): string {
  if (rules.notReadyMode !== 'partial' && !isReady(to, now, rules)) {
    if (rules.notReadyMode === 'errcode') throw new WechatError(61503);
    return '{"list":[]}';
  }
  const source = rules.userSource ? '"user_source":0,' : '';
  const unknown = rules.unknownFields ? ',"sandbox_unknown":"x"' : '';
  let rows = '';
  for (let day = from; day <= to && isReady(day, now, rules); day += 1) {
    const count = truthOf(account, day, rules);
    if (count === null) continue;
    if (rows !== '') rows += ',';
    rows += `{"ref_date":"${formatDay(day)}",${source}"cumulate_user":${count}${unknown}}`;
  }
  return `{"list":[${rows}]${unknown}}`;
}
