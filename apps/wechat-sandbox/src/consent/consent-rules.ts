import { createHmac, timingSafeEqual } from 'node:crypto';
import { mayAuthorize } from '../control/authorization-acts';
import { type Account, type Platform, type PreAuthCode } from '../state/model';
import { type World } from '../world';

/** The fields of WeChat's authorization link; all texts, empty when absent. */
export interface ConsentQuery {
  readonly component_appid: string;
  readonly pre_auth_code: string;
  readonly redirect_uri: string;
  readonly auth_type: string;
  readonly biz_appid: string;
  readonly category_id_list: string;
}

export const CONSENT_FIELDS = [
  'component_appid',
  'pre_auth_code',
  'redirect_uri',
  'auth_type',
  'biz_appid',
  'category_id_list',
] as const satisfies (keyof ConsentQuery)[];

export type ConsentRefusal =
  | 'unknown_platform'
  | 'bad_pre_auth_code'
  | 'expired_pre_auth_code'
  | 'bad_redirect_uri'
  | 'wrong_domain'
  | 'no_account';

export type ConsentVerdict =
  | { readonly ok: true; readonly platform: Platform; readonly preAuthCode: PreAuthCode }
  | { readonly ok: false; readonly because: ConsentRefusal; readonly detail: string };

const refuse = (because: ConsentRefusal, detail = ''): ConsentVerdict => ({ ok: false, because, detail });

/** Host of an address as the registered domain is written: with the port only when the domain has one. */
function hostLike(domain: string, address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return domain.includes(':') ? url.host : url.hostname;
}

/** Checks of the link itself, without the Referer. */
export function judgeLink(world: World, query: ConsentQuery): ConsentVerdict {
  const platform = world.store.platforms.get(query.component_appid);
  if (platform === undefined) return refuse('unknown_platform', query.component_appid);
  const code = world.store.preAuthCodes.get(query.pre_auth_code);
  if (code?.component !== platform.appid) return refuse('bad_pre_auth_code');
  if (code.used || world.clock.now() >= code.expiresAt) return refuse('expired_pre_auth_code');
  const host = hostLike(platform.domain, query.redirect_uri);
  if (host === null || !/^https?:/.test(query.redirect_uri)) return refuse('bad_redirect_uri');
  if (world.faults.values.checkRedirectDomain && host !== platform.domain) return refuse('wrong_domain', host);
  return { ok: true, platform, preAuthCode: code };
}

/** The page must be opened from the registered domain: browsers say so in the Referer. */
export function judgeReferer(world: World, platform: Platform, referer: string | undefined): ConsentVerdict | null {
  if (!world.faults.values.checkReferer) return null;
  const host = hostLike(platform.domain, referer ?? '');
  return host === platform.domain ? null : refuse('wrong_domain', host ?? '-');
}

/** Proof, carried by the form, that the page was opened with a good Referer. */
export function entryProof(platform: Platform, query: ConsentQuery): string {
  const text = [platform.appid, query.pre_auth_code, query.redirect_uri].join('\n');
  return createHmac('sha256', platform.encodingAesKey).update(text).digest('hex');
}

export function isEntryProof(platform: Platform, query: ConsentQuery, given: string): boolean {
  const wanted = Buffer.from(entryProof(platform, query));
  const bytes = Buffer.from(given);
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

/** auth_type: 1 Official Accounts, 2 mini programs, 3, 6 or absent both; other kinds are not simulated. */
function kindsOf(authType: string): readonly string[] {
  if (authType === '1') return ['official'];
  if (authType === '2') return ['mini'];
  return ['', '3', '6'].includes(authType) ? ['official', 'mini'] : [];
}

/** biz_appid wins over auth_type when both are given. */
export function offeredAccounts(world: World, platform: Platform, query: ConsentQuery): Account[] {
  const kinds = kindsOf(query.auth_type);
  const wanted =
    query.biz_appid === ''
      ? [...world.store.accounts.values()].filter((account) => kinds.includes(account.kind))
      : [...world.store.accounts.values()].filter((account) => account.appid === query.biz_appid);
  return wanted.filter((account) => mayAuthorize(account, platform));
}

/** category_id_list ("99" or "1|2|3"), else the platform's list. */
export function offeredSets(platform: Platform, query: ConsentQuery): number[] {
  const ids = query.category_id_list.split('|').map(Number);
  const named = ids.filter((id) => Number.isInteger(id) && id > 0);
  return named.length > 0 ? [...new Set(named)] : platform.sets;
}

/** Appends to the query even if there is one already, and before any fragment; leaves the rest as it was written. */
export function withQuery(address: string, fields: Readonly<Record<string, string | number>>): string {
  const hash = address.indexOf('#');
  const base = hash < 0 ? address : address.slice(0, hash);
  const fragment = hash < 0 ? '' : address.slice(hash);
  const added = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  return `${base}${joint}${added.join('&')}${fragment}`;
}
