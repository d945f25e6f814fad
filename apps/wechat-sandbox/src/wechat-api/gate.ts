import { type FaultSwitches } from '../faults/fault-switches';
import { type SwitchName } from '../faults/switch-table';
import { type Limits, type Quota } from '../grants/quota';
import { type Tokens } from '../grants/tokens';
import { type AccessToken, type Account, type Grant, type Platform } from '../state/model';
import { type Store } from '../state/store';
import { isInRanges } from './address-ranges';
import { type JsonBody, peekBody, readBody, textField, type WechatCall } from './wechat-call';
import { WechatError } from './wechat-error';

export const COMPONENT_TOKEN_PATH = '/cgi-bin/component/api_component_token';

/** Paths with a limit of their own; nobody published the numbers. */
const OWN_LIMITS: ReadonlyMap<string, SwitchName & `${string}DailyLimit`> = new Map([
  ['/cgi-bin/component/api_authorizer_token', 'refreshDailyLimit'],
  ['/cgi-bin/component/api_create_preauthcode', 'preAuthCodeDailyLimit'],
  ['/cgi-bin/component/api_query_auth', 'queryAuthDailyLimit'],
  ['/cgi-bin/component/api_get_authorizer_info', 'infoDailyLimit'],
  ['/cgi-bin/component/api_get_authorizer_list', 'listDailyLimit'],
]);

/** The checks in front of every API, in WeChat's order: address, token, body, appid, quota. */
export class Gate {
  constructor(
    private readonly store: Store,
    private readonly tokens: Tokens,
    private readonly quota: Quota,
    private readonly faults: FaultSwitches,
  ) {}

  /** For component APIs called with a component token. */
  component(call: WechatCall): { platform: Platform; body: JsonBody } {
    const token = this.token(call, 'component');
    const body = readBody(call);
    const named = body['component_appid'];
    if (named === undefined || named === '') throw new WechatError(41018);
    if (named !== token.component) throw new WechatError(40013);
    this.quota.spend(token.component, call.path, this.componentLimits(call.path));
    return { platform: this.platform(token.component), body };
  }

  /** For the few APIs that prove themselves by appid and secret; `unknownCode` differs between them. */
  secret(call: WechatCall, secretField: string, unknownCode: number): { platform: Platform; body: JsonBody } {
    const body = readBody(call);
    const appid = textField(body, 'component_appid');
    if (appid === '') throw new WechatError(41018);
    call.component = appid;
    const platform = this.store.platforms.get(appid);
    if (platform === undefined) throw new WechatError(unknownCode);
    this.checkAddress(platform, call);
    const secret = textField(body, secretField);
    if (secret === '') throw new WechatError(41004);
    if (secret !== platform.secret) throw new WechatError(40125);
    return { platform, body };
  }

  /** For datacube: an authorizer token, the authorization behind it, and what the account may do. */
  account(call: WechatCall, requiredSet: number): Account {
    const { grant, account } = this.authorized(call);
    if (!grant.sets.includes(requiredSet)) throw new WechatError(61007);
    if (!account.verified || account.kind !== 'official') throw new WechatError(48001);
    return account;
  }

  /** For messages to followers: set 1 of an Official Account, set 19 of a mini program. */
  messenger(call: WechatCall): Account {
    const { grant, account } = this.authorized(call);
    if (!grant.sets.includes(account.kind === 'mini' ? 19 : 1)) throw new WechatError(61007);
    return account;
  }

  private authorized(call: WechatCall): { grant: Grant; account: Account } {
    const token = this.token(call, 'authorizer');
    const grant: Grant | null = this.store.findGrant(token.component, token.appid);
    if (grant?.active !== true) throw new WechatError(this.faults.values.codeAfterCancel);
    const account = this.store.accounts.get(token.appid);
    if (account === undefined) throw new WechatError(40013);
    this.checkStanding(account);
    return { grant, account };
  }

  /** The token of a call after the address check. `component_access_token` is the older name of the same field. */
  token(call: WechatCall, kind: AccessToken['kind'] | 'any'): AccessToken {
    const value =
      call.query['access_token'] ?? (kind === 'authorizer' ? undefined : call.query['component_access_token']);
    const known = this.tokens.find(value);
    call.appid = known?.appid ?? '';
    call.component =
      known?.component ?? (kind === 'component' ? textField(peekBody(call) ?? {}, 'component_appid') : '');
    const platform = this.store.platforms.get(call.component);
    if (platform !== undefined) this.checkAddress(platform, call);
    return this.tokens.check(value, kind);
  }

  platform(appid: string): Platform {
    const platform = this.store.platforms.get(appid);
    if (platform === undefined) throw new WechatError(61011);
    return platform;
  }

  componentLimits(path: string): Limits {
    const { values } = this.faults;
    if (path === COMPONENT_TOKEN_PATH) return { daily: values.componentTokenDailyLimit, minute: 0 };
    const name = OWN_LIMITS.get(path);
    const own = name === undefined ? 0 : values[name];
    return { daily: own > 0 ? own : values.componentDailyLimit, minute: 0 };
  }

  datacubeLimits(account: Account): Limits {
    return {
      daily: account.dailyLimit ?? this.faults.values.datacubeDailyLimit,
      minute: account.minuteLimit ?? this.faults.values.datacubeMinuteLimit,
    };
  }

  private checkAddress(platform: Platform, call: WechatCall): void {
    const { ipWhiteList } = platform;
    if (ipWhiteList.length === 0 || ipWhiteList.includes(call.ip)) return;
    if (this.faults.values.ipWhiteListRanges && isInRanges(ipWhiteList, call.ip)) return;
    // Field reports show the refused address behind the wording of the table.
    throw new WechatError(61004, `requestIP ${call.ip}`);
  }

  private checkStanding(account: Account): void {
    if (account.status === 19) throw new WechatError(this.faults.values.frozenAccountCode);
    if (account.status === 16) throw new WechatError(this.faults.values.bannedAccountCode);
    if (account.status === 14) throw new WechatError(this.faults.values.closedAccountCode);
  }
}
