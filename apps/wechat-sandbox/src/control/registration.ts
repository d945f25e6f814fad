import { dayOf, formatDay, parseDay } from '../clock/beijing-day';
import { decodeAesKey } from '../crypto/push-cipher';
import { DEFAULT_PLATFORM_SETS, grantableSets } from '../grants/permission-sets';
import { type Account, type AccountKind, type Platform } from '../state/model';
import { type Store } from '../state/store';
import { ControlError, Fields } from './fields';

const PLATFORM_FIELDS = [
  'appid',
  'name',
  'secret',
  'token',
  'encodingAesKey',
  'eventUrl',
  'messageUrl',
  'domain',
  'ipWhiteList',
  'sets',
  'pushStopped',
] as const;

const ACCOUNT_FIELDS = [
  'appid',
  'name',
  'kind',
  'verified',
  'sets',
  'birth',
  'status',
  'principal',
  'alias',
  'platforms',
  'dailyLimit',
  'minuteLimit',
] as const;

const STATUSES: readonly number[] = [1, 14, 16, 18, 19];
const OLDEST_BIRTH = dayOf('2014-12-01');

function checkUrl(name: string, url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new ControlError(400, `${name} must be an http(s) address`);
  return url;
}

function checkKey(key: string): string {
  try {
    decodeAesKey(key);
  } catch {
    throw new ControlError(400, 'encodingAesKey must be 43 letters and digits');
  }
  return key;
}

/**
 * Builds a platform without storing it. A known appid is updated: fields left out keep their value, tickets and
 * tokens live on.
 */
export function readPlatform(value: unknown, store: Store): Platform {
  const fields = Fields.of(value, PLATFORM_FIELDS);
  const appid = fields.needText('appid');
  const before = store.platforms.get(appid);
  const need = (name: 'secret' | 'token' | 'encodingAesKey' | 'eventUrl' | 'domain'): string =>
    fields.text(name) ?? before?.[name] ?? fields.needText(name);
  return {
    appid,
    name: fields.text('name') ?? before?.name ?? `第三方平台 ${appid.slice(-4)}`,
    secret: need('secret'),
    token: need('token'),
    encodingAesKey: checkKey(need('encodingAesKey')),
    eventUrl: checkUrl('eventUrl', need('eventUrl')),
    messageUrl: fields.text('messageUrl') ?? before?.messageUrl ?? '',
    domain: need('domain'),
    ipWhiteList: fields.texts('ipWhiteList') ?? before?.ipWhiteList ?? [],
    sets: fields.wholes('sets') ?? before?.sets ?? [...DEFAULT_PLATFORM_SETS],
    pushStopped: fields.flag('pushStopped') ?? before?.pushStopped ?? false,
    tickets: before?.tickets ?? [],
    currentToken: before?.currentToken ?? null,
  };
}

/** How many addresses WeChat takes is not documented; `limit` 0 = any number. */
export function checkWhiteListSize({ ipWhiteList }: Platform, limit: number): void {
  if (limit > 0 && ipWhiteList.length > limit)
    throw new ControlError(400, `ipWhiteList holds at most ${limit} addresses`);
}

export function storePlatform(store: Store, platform: Platform): void {
  store.platforms.set(platform.appid, platform);
  store.remember('component_appsecret', platform.secret);
  store.remember('callback_token', platform.token);
  store.remember('encoding_aes_key', platform.encodingAesKey);
  store.touch();
}

function readKind(fields: Fields, fallback: AccountKind): AccountKind {
  const kind = fields.text('kind') ?? fallback;
  if (kind !== 'official' && kind !== 'mini') throw new ControlError(400, 'kind must be official or mini');
  return kind;
}

function readStatus(fields: Fields, fallback: number): number {
  const status = fields.whole('status') ?? fallback;
  if (!STATUSES.includes(status)) throw new ControlError(400, `status must be one of ${STATUSES.join(', ')}`);
  return status;
}

/** Builds an account without storing it; a known appid is updated field by field, its days stay. */
export function readAccount(value: unknown, store: Store): Account {
  const fields = Fields.of(value, ACCOUNT_FIELDS);
  const appid = fields.needText('appid');
  const before = store.accounts.get(appid);
  const kind = readKind(fields, before?.kind ?? 'official');
  const birthText = fields.text('birth');
  const birth = birthText === undefined ? (before?.birth ?? OLDEST_BIRTH) : parseDay(birthText);
  if (birth === null) throw new ControlError(400, 'birth must be a day, YYYY-MM-DD');
  const orNull = <T>(name: string, given: T | undefined, old: T | null | undefined): T | null =>
    given ?? (fields.isNull(name) ? null : (old ?? null));
  return {
    appid,
    name: fields.text('name') ?? before?.name ?? `测试账号 ${appid.slice(-4)}`,
    kind,
    verified: fields.flag('verified') ?? before?.verified ?? true,
    sets: fields.wholes('sets') ?? before?.sets ?? grantableSets(kind),
    birth,
    status: readStatus(fields, before?.status ?? 1),
    principal: fields.text('principal') ?? before?.principal ?? '沙箱测试有限公司',
    alias: fields.text('alias') ?? before?.alias ?? '',
    platforms: orNull('platforms', fields.texts('platforms'), before?.platforms),
    dailyLimit: orNull('dailyLimit', fields.whole('dailyLimit'), before?.dailyLimit),
    minuteLimit: orNull('minuteLimit', fields.whole('minuteLimit'), before?.minuteLimit),
    days: before?.days ?? new Map<number, number | null>(),
  };
}

/** What GET /sandbox/platforms shows: no secret, token or key. */
export function platformView(platform: Platform): object {
  const { appid, name, eventUrl, messageUrl, domain, ipWhiteList, sets, pushStopped, tickets } = platform;
  const last = tickets.at(-1);
  return {
    appid,
    name,
    eventUrl,
    messageUrl,
    domain,
    ipWhiteList,
    sets,
    pushStopped,
    lastTicketAt: last === undefined ? null : new Date(last.issuedAt).toISOString(),
  };
}

export function accountView(account: Account, store: Store): object {
  const { days, birth, ...rest } = account;
  return {
    ...rest,
    birth: formatDay(birth),
    daysByHand: days.size,
    grants: store.grantsFor(account.appid).map((grant) => ({
      component_appid: grant.component,
      sets: grant.sets,
      active: grant.active,
      exchanged: grant.exchanged,
      auth_time: new Date(grant.authTime).toISOString(),
    })),
  };
}
