import { parseShanghaiDate, shanghaiDay, daysBetween, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { type FastifyRequest } from 'fastify';
import { wechatRefusal } from '../problem';

/** What may tell which account is meant. */
export interface NamedAccount {
  readonly appid?: string | undefined;
  readonly componentAppid?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The query's members; a name given twice is an array. */
export function queryOf(request: FastifyRequest): Fields {
  return request.query as Fields;
}

/** The body as a JSON object, whatever its content type. Throws WeChat's 44002 and 47001. */
export function bodyOf(request: FastifyRequest): Fields {
  if (!Buffer.isBuffer(request.body)) throw wechatRefusal(44002);
  const body = parsed(request.body.toString('utf8').replace(/^\ufeff/, ''));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wechatRefusal(47001);
  return body as Fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw wechatRefusal(47001);
  }
}

/** Throws 41001. */
export function accessTokenOf(query: Fields): string {
  const { access_token: token } = query;
  if (token === undefined || token === '') throw wechatRefusal(41001);
  if (typeof token !== 'string') throw wechatRefusal(40001);
  return token;
}

/** Members that are empty count as not given. Throws 40013 for what is no text. */
export function namedAccount(fields: Fields): NamedAccount {
  return { appid: appidIn(fields['appid']), componentAppid: appidIn(fields['component_appid']) };
}

function appidIn(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw wechatRefusal(40013);
  return value;
}

/** What cgi-bin/token and stable_token are given; stable_token's force_refresh changes nothing, since earlier tokens stay valid. */
export function tokenRequest(fields: Fields): { named: NamedAccount; secret: string } {
  if (fields['grant_type'] !== 'client_credential') throw wechatRefusal(40002);
  const named = namedAccount(fields);
  if (named.appid === undefined) throw wechatRefusal(41002);
  const { secret } = fields;
  if (secret === undefined || secret === '') throw wechatRefusal(41004);
  if (typeof secret !== 'string') throw wechatRefusal(40125);
  return { named, secret };
}

/** The window asked for. Throws 61500 for the form; 61501 for one that is reversed, longer than 7 days or not over in Beijing. */
export function windowOf(body: Fields, now: Date): { from: ShanghaiDate; to: ShanghaiDate } {
  const [from, to] = [dayIn(body['begin_date']), dayIn(body['end_date'])];
  if (from > to || daysBetween(from, to) >= DATACUBE.maxWindowDays || to >= shanghaiDay(now))
    throw wechatRefusal(61501);
  return { from, to };
}

function dayIn(value: unknown): ShanghaiDate {
  const day = typeof value === 'string' ? parseShanghaiDate(value) : null;
  if (day === null) throw wechatRefusal(61500);
  return day;
}
