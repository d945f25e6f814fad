import { type Secret, type ShanghaiDate } from '@app/kernel';
import { type CumulateAnswer, readCumulate } from '../datacube/cumulate';
import { type JsonRecord } from '../record';
import { type AccountProfile, type GrantedSet, readAccountProfile, readGrantedSets } from './account-profile';
import { Answer, type IssuedToken } from './answer';
import { type Quota, readQuota } from './quota';
import { type Outgoing, type WechatClientOptions, WechatTransport } from './transport';
import { type WechatCall } from './wechat-call';

interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}
interface BySecret extends Cancellable {
  readonly componentAppid: string;
  readonly appSecret: Secret;
}
interface ByComponent extends Cancellable {
  readonly componentAppid: string;
  readonly componentToken: Secret;
}

/** What api_start_push_ticket found: pushes run already, were stopped and run from now on, or WeChat said neither. */
export type TicketPushState = 'was_running' | 'was_stopped' | 'not_told';

export interface QueryAuthAnswer {
  readonly appid: string;
  /** Null when the account has no API permission, or the token came without a lifetime. */
  readonly accountToken: IssuedToken | null;
  readonly refreshToken: Secret | null;
  /** Null when the answer holds no list of them. */
  readonly permissionSets: readonly GrantedSet[] | null;
}
export interface RefreshAnswer {
  readonly accountToken: IssuedToken;
  /** Store it with the token when it is there; null never replaces what is stored. */
  readonly refreshToken: Secret | null;
}
export interface AuthorizerInfoAnswer {
  readonly profile: AccountProfile;
  readonly refreshToken: Secret | null;
  /** Null when the answer holds no list of them. */
  readonly permissionSets: readonly GrantedSet[] | null;
}
export interface ListedAccount {
  readonly appid: string;
  /** Null until the account's first authorization code was exchanged. */
  readonly refreshToken: Secret | null;
  readonly authorizedAt: Date;
}
export interface AuthorizerListAnswer {
  readonly total: number;
  readonly accounts: readonly ListedAccount[];
}

/**
 * WeChat's calls, typed. Every method sends exactly one request (no retries) and throws WechatApiError (an errcode) or
 * WechatTransportError (no usable answer). Neither holds a secret. Durations are seconds, as WeChat gives them.
 */
export class WechatClient {
  private readonly transport: WechatTransport;

  constructor(options: WechatClientOptions) {
    this.transport = new WechatTransport(options);
  }

  /** Lives 7200 s. Limited to about 10,000 a day. 61005/61006: the ticket is old or wrong. */
  componentToken(p: BySecret & { readonly ticket: Secret }): Promise<IssuedToken> {
    const body = {
      component_appid: p.componentAppid,
      component_appsecret: p.appSecret.reveal(),
      component_verify_ticket: p.ticket.reveal(),
    };
    return this.send('api_component_token', p, body, (answer) => answer.issued('component_access_token'));
  }

  /** For one authorization link; lives 10–30 minutes. */
  createPreAuthCode(p: ByComponent): Promise<{ readonly code: Secret; readonly expiresInSeconds: number }> {
    return this.send('api_create_preauthcode', p, { component_appid: p.componentAppid }, (answer) => {
      const { token, expiresInSeconds } = answer.issued('pre_auth_code');
      return { code: token, expiresInSeconds };
    });
  }

  /** Exchanges an authorization code, which works once: 61010 when it was used or is over an hour old. */
  queryAuth(p: ByComponent & { readonly authorizationCode: Secret }): Promise<QueryAuthAnswer> {
    const body = { component_appid: p.componentAppid, authorization_code: p.authorizationCode.reveal() };
    return this.send('api_query_auth', p, body, (answer) => {
      const info = answer.object('authorization_info');
      return {
        appid: info.text('authorizer_appid'),
        // The code is spent: a token without a lifetime is no reason to lose the refresh token beside it.
        accountToken: info.optionalIssued('authorizer_access_token'),
        refreshToken: info.optionalSecret('authorizer_refresh_token'),
        permissionSets: readGrantedSets(info),
      };
    });
  }

  /** A fresh account token. 61023: the refresh token is dead; 40001/42001 here mean the component token. */
  refreshAccountToken(
    p: ByComponent & { readonly appid: string; readonly refreshToken: Secret },
  ): Promise<RefreshAnswer> {
    const body = {
      component_appid: p.componentAppid,
      authorizer_appid: p.appid,
      authorizer_refresh_token: p.refreshToken.reveal(),
    };
    return this.send('api_authorizer_token', p, body, (answer) => ({
      accountToken: answer.issued('authorizer_access_token'),
      refreshToken: answer.optionalSecret('authorizer_refresh_token'),
    }));
  }

  /** Profile, granted sets and refresh token of one account. 61003: not authorized to this platform. */
  authorizerInfo(p: ByComponent & { readonly appid: string }): Promise<AuthorizerInfoAnswer> {
    const body = { component_appid: p.componentAppid, authorizer_appid: p.appid };
    return this.send('api_get_authorizer_info', p, body, (answer) => {
      const authorization = answer.object('authorization_info');
      const appid = authorization.text('authorizer_appid');
      if (appid !== p.appid) throw answer.invalid('authorizer_appid');
      return {
        profile: readAccountProfile(answer.object('authorizer_info'), appid),
        refreshToken: authorization.optionalSecret('authorizer_refresh_token'),
        permissionSets: readGrantedSets(authorization),
      };
    });
  }

  /** A page of the platform's accounts; `count` is at most 500. The order is not documented and may shift. */
  authorizerList(p: ByComponent & { readonly offset: number; readonly count: number }): Promise<AuthorizerListAnswer> {
    const body = { component_appid: p.componentAppid, offset: p.offset, count: p.count };
    return this.send('api_get_authorizer_list', p, body, (answer) => {
      const total = answer.whole('total_count');
      const page = p.offset < total ? answer.objects('list') : answer.optionalObjects('list');
      return { total, accounts: page.map(readListedAccount) };
    });
  }

  /** Makes WeChat push tickets again; harmless when it already does. The next one comes within 10 minutes. */
  startPushTicket(p: BySecret & Pick<Outgoing, 'onServerDate'>): Promise<TicketPushState> {
    // Here the field is component_secret, not component_appsecret.
    const body = JSON.stringify({ component_appid: p.componentAppid, component_secret: p.appSecret.reveal() });
    const outgoing = { call: 'api_start_push_ticket', body, signal: p.signal, onServerDate: p.onServerDate } as const;
    return this.transport.send(outgoing, ({ errmsg }) => ticketPushState(errmsg));
  }

  /** Resets all quotas of the platform; WeChat does it 10 times a month, however it is asked: then 48006. */
  clearQuota(p: BySecret): Promise<void> {
    const body = { component_appid: p.componentAppid, appsecret: p.appSecret.reveal() };
    return this.send('clear_quota_v2', p, body, () => undefined);
  }

  /**
   * Today's use of a call's quota, a hint that lags by about 1 %. `cgiPath` is a path such as /datacube/getusercumulate;
   * `token` is a component token for paths under /cgi-bin/component/, else the account's.
   */
  quota(p: Cancellable & { readonly token: Secret; readonly cgiPath: string }): Promise<Quota> {
    const on = p.cgiPath.startsWith('/cgi-bin/component/') ? 'component' : 'authorizer';
    const body = JSON.stringify({ cgi_path: p.cgiPath });
    const outgoing = { call: 'quota_get', token: p.token, body, signal: p.signal, on } as const;
    return this.transport.send(outgoing, (fields) => readQuota(new Answer('quota_get', fields)));
  }

  /** Followers at the end of each day of a window. Rules: DATACUBE. A missing row is not an error. */
  userCumulate(
    p: Cancellable & { readonly accountToken: Secret; readonly from: ShanghaiDate; readonly to: ShanghaiDate },
  ): Promise<CumulateAnswer> {
    const body = `{"begin_date":"${p.from}","end_date":"${p.to}"}`;
    const outgoing = { call: 'getusercumulate', token: p.accountToken, body, signal: p.signal } as const;
    return this.transport.send(outgoing, (fields) => readCumulate(fields, p));
  }

  /**
   * A customer-service text of the account to one of its followers. 45015: the follower did not write within 48 h; 48001,
   * 61007: the account or its authorization lacks messages (set 1).
   */
  sendCustomText(
    p: Cancellable & { readonly accountToken: Secret; readonly openid: string; readonly content: string },
  ): Promise<void> {
    const body = JSON.stringify({ touser: p.openid, msgtype: 'text', text: { content: p.content } });
    const outgoing = { call: 'message_custom_send', token: p.accountToken, body, signal: p.signal } as const;
    return this.transport.send(outgoing, () => undefined);
  }

  /** Lets calls under way finish; no call can be made afterwards. */
  close(): Promise<void> {
    return this.transport.close();
  }

  private send<T>(call: WechatCall, p: BySecret | ByComponent, body: JsonRecord, read: (a: Answer) => T): Promise<T> {
    // JSON.stringify leaves non-ASCII as it is: WeChat answers 47002 to \u escapes.
    const outgoing = { call, body: JSON.stringify(body), signal: p.signal };
    const proven = 'componentToken' in p ? { ...outgoing, token: p.componentToken } : outgoing;
    return this.transport.send(proven, (fields) => read(new Answer(call, fields)));
  }
}

/** The one place where errmsg counts: errcode is 0 either way (api_startpushticket page). */
function ticketPushState(errmsg: unknown): TicketPushState {
  if (typeof errmsg !== 'string') return 'not_told';
  if (/in a normal state/i.test(errmsg)) return 'was_running';
  return /^ok\b/i.test(errmsg) ? 'was_stopped' : 'not_told';
}

function readListedAccount(account: Answer): ListedAccount {
  return {
    appid: account.text('authorizer_appid'),
    refreshToken: account.optionalSecret('refresh_token'),
    authorizedAt: new Date(account.whole('auth_time') * 1000),
  };
}
