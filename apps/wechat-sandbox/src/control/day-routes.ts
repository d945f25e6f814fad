import { beijingDay, type BeijingDay, FIRST_DATA_DAY, formatDay, parseDay } from '../clock/beijing-day';
import { truthOf } from '../datacube/cumulate';
import { type Account } from '../state/model';
import { type World } from '../world';
import { needAccount } from './authorization-acts';
import { ControlError, isRecord } from './fields';

function needDay(value: unknown, name: string): BeijingDay {
  const day = parseDay(value);
  if (day === null) throw new ControlError(400, `${name} must be a day, YYYY-MM-DD`);
  return day;
}

/** One line sets one day (`ref_date`) or a span (`from`, `to`); null = WeChat has no row. */
function readLine(line: unknown): { from: BeijingDay; to: BeijingDay; count: number | null } {
  if (!isRecord(line)) throw new ControlError(400, 'a day must be a JSON object');
  const count = line['cumulate_user'];
  if (count !== null && !(typeof count === 'number' && Number.isInteger(count) && count >= 0)) {
    throw new ControlError(400, 'cumulate_user must be a whole number or null');
  }
  const single = line['ref_date'] !== undefined;
  const from = needDay(single ? line['ref_date'] : line['from'], single ? 'ref_date' : 'from');
  return { from, to: single ? from : needDay(line['to'], 'to'), count };
}

/** PUT …/days: a line, a list of lines, {"list": [...]} or {"days": [...]}. All or nothing. */
export function putDays(world: World, appid: string, body: unknown): object {
  const account = needAccount(world, appid);
  const source = isRecord(body) ? (body['list'] ?? body['days'] ?? [body]) : body;
  if (!Array.isArray(source)) throw new ControlError(400, 'days must be a list');
  const lines = source.map(readLine);
  let changed = 0;
  for (const { from, to, count } of lines) {
    for (let day = from; day <= to; day += 1, changed += 1) account.days.set(day, count);
  }
  world.store.touch();
  return { ok: true, days: changed };
}

/** DELETE …/days: back to the computed truth. */
export function forgetDays(world: World, appid: string): object {
  needAccount(world, appid).days.clear();
  world.store.touch();
  return { ok: true };
}

/** GET /sandbox/truth: rows of finished days only, whatever the ready hour. */
export function truth(world: World, query: Readonly<Record<string, string | undefined>>): object {
  const account: Account = needAccount(world, query['appid'] ?? '');
  const yesterday = beijingDay(world.clock.now()) - 1;
  const from = query['from'] === undefined ? FIRST_DATA_DAY : needDay(query['from'], 'from');
  const to = query['to'] === undefined ? yesterday : needDay(query['to'], 'to');
  const list: { ref_date: string; cumulate_user: number }[] = [];
  for (let day = Math.max(from, FIRST_DATA_DAY); day <= Math.min(to, yesterday); day += 1) {
    const count = truthOf(account, day, world.faults.values);
    if (count !== null) list.push({ ref_date: formatDay(day), cumulate_user: count });
  }
  return { list };
}
