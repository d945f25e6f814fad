import { AccountDirectory, type FetchableAccount } from '@app/credentials';
import { Secret } from '@app/kernel';
import { ApiKeyService, reachFor, type Principal } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RequestLimits } from '../limits';
import { wechatRefusal } from '../problem';
import { GatewayTokens } from './gateway-tokens';
import { type NamedAccount } from './wechat-request';

/** Whose key it is, and the account it is used for. */
export interface WechatCaller {
  readonly keyId: string;
  readonly account: FetchableAccount;
}

/** Who shows an access token. */
interface Holder {
  readonly principal: Principal;
  /** The account's row id, of a gateway token: made for one account. */
  readonly accountId: number | undefined;
}

interface Asked {
  readonly holder: Holder;
  readonly named: NamedAccount;
}

/** A revoked key is out within this time; promised are 5 seconds. */
const KEY_KNOWN_MS = 2_000;
/** As long is served an account that went to another merchant. */
const ACCOUNT_KNOWN_MS = 4_000;
const MOST_KNOWN = 10_000;
const APPID = /^[\x21-\x7e]{1,64}$/;
const SCOPE = 'datacube:call';

/** Who calls as if we were WeChat: an API key, or a gateway token made with one. Callers are known for a moment, refusals never. */
@Injectable()
export class WechatCallers {
  private readonly holders = new LRUCache<string, Holder>({
    ...{ max: MOST_KNOWN, ttl: KEY_KNOWN_MS, ttlResolution: 100, ignoreFetchAbort: true },
    fetchMethod: (accessToken, _stale, { options }) => aged(options, KEY_KNOWN_MS, this.holderOf(accessToken)),
  });
  private readonly callers = new LRUCache<string, WechatCaller, Asked>({
    ...{ max: MOST_KNOWN, ttl: ACCOUNT_KNOWN_MS, ttlResolution: 100, ignoreFetchAbort: true },
    fetchMethod: (_key, _stale, { context: { holder, named }, options }) =>
      aged(options, ACCOUNT_KNOWN_MS, this.callerOf(holder, named)),
  });

  constructor(
    private readonly keys: ApiKeyService,
    private readonly tokens: GatewayTokens,
    private readonly accounts: AccountDirectory,
    private readonly limits: RequestLimits,
  ) {}

  /** Throws WeChat's 40001, 42001, 48001 (the key has not the scope), 40013 and 45011 (too many requests of the key). */
  async find(accessToken: string, named: NamedAccount): Promise<WechatCaller> {
    const holder = this.holders.get(accessToken) ?? (await this.holders.forceFetch(accessToken));
    await this.count(holder);
    const key = keyOf(holder, named);
    return this.callers.get(key) ?? this.callers.forceFetch(key, { context: { holder, named } });
  }

  /** For an answer that took long: throws as `find` when the key, or its account, is not what it was. */
  async ensureStill({ account }: WechatCaller, accessToken: string, named: NamedAccount): Promise<void> {
    const now = await this.callerOf(await this.holderOf(accessToken), named);
    if (now.account.id !== account.id) throw wechatRefusal(40013);
  }

  /** Who shows the key itself where WeChat wants the AppSecret. Throws 40125, 48001, 40013 and 45011. */
  async findBySecret(secret: string, named: NamedAccount): Promise<WechatCaller> {
    const principal = await this.keys.findPrincipal(new Secret(secret));
    if (!principal) throw wechatRefusal(40125, 'secret is an API key that holds');
    const holder = { principal, accountId: undefined };
    await this.count(holder);
    return this.callerOf(holder, named);
  }

  /** Before its account is looked for: what a key does not reach is not to be asked for without end. */
  private async count({ principal }: Holder): Promise<void> {
    const standing = await this.limits.takeAhead(principal.userId);
    if (standing?.isOver === true) throw wechatRefusal(45011, `go on in ${standing.resetSeconds} seconds`);
  }

  private async holderOf(accessToken: string): Promise<Holder> {
    const grant = this.tokens.open(accessToken);
    const principal = await (grant
      ? this.keys.findPrincipalById(grant.keyId)
      : this.keys.findPrincipal(new Secret(accessToken)));
    if (!principal) throw wechatRefusal(40001);
    if (grant?.isExpired === true) throw wechatRefusal(42001);
    return { principal, accountId: grant?.accountId };
  }

  private async callerOf({ principal, accountId: id }: Holder, named: NamedAccount): Promise<WechatCaller> {
    const reach = reachFor(principal, SCOPE);
    if (!reach) throw wechatRefusal(48001, `the API key has not the scope ${SCOPE}`);
    const { appid, componentAppid } = named;
    if ([appid, componentAppid].some((text) => text !== undefined && !APPID.test(text))) throw wechatRefusal(40013);
    const [account, another] = await this.accounts.firstInReach(reach, { id, appid, componentAppid }, 2);
    if (!account) throw wechatRefusal(40013, 'the API key reaches no such account');
    if (another) {
      const parameter = appid === undefined ? 'appid' : 'component_appid';
      throw wechatRefusal(40013, `several accounts are meant: name one with the parameter ${parameter}`);
    }
    return { keyId: principal.userId, account };
  }
}

/** What is looked up is known for so long from when it was asked for: what the database said may be as old as the question. */
async function aged<T>(options: { ttl?: number }, ms: number, lookUp: Promise<T>): Promise<T> {
  const began = performance.now();
  const found = await lookUp;
  options.ttl = Math.max(1, Math.floor(ms - (performance.now() - began)));
  return found;
}

/** The key's and not the token's: all tokens of a key reach the same. */
function keyOf({ principal, accountId }: Holder, { appid, componentAppid }: NamedAccount): string {
  return JSON.stringify([principal.userId, accountId, appid, componentAppid]);
}
