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

interface Asked extends NamedAccount {
  readonly accessToken: string;
}

/** A revoked key, or an account that went to another merchant, is out within this time; promised are 5 seconds. */
const KNOWN_MS = 2_000;
const KNOWN_CALLERS = 10_000;
const APPID = /^[\x21-\x7e]{1,64}$/;
const SCOPE = 'datacube:call';

/** Who calls as if we were WeChat: an API key, or a gateway token made with one. Callers are known for a moment, refusals never. */
@Injectable()
export class WechatCallers {
  private readonly known = new LRUCache<string, WechatCaller, Asked>({
    max: KNOWN_CALLERS,
    ttl: KNOWN_MS,
    ttlResolution: 100,
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context }) => this.resolve(context),
  });

  constructor(
    private readonly keys: ApiKeyService,
    private readonly tokens: GatewayTokens,
    private readonly accounts: AccountDirectory,
    private readonly limits: RequestLimits,
  ) {}

  /** Throws WeChat's 40001, 42001, 48001 (the key has not the scope), 40013 and 45011 (too many requests of the key). */
  async find(accessToken: string, named: NamedAccount): Promise<WechatCaller> {
    const key = JSON.stringify([accessToken, named.appid, named.componentAppid]);
    const caller = await this.known.forceFetch(key, { context: { accessToken, ...named } });
    return this.limited(caller);
  }

  /** For an answer that took long: throws as `find` when the key, or its account, is not what it was. */
  async ensureStill({ account }: WechatCaller, accessToken: string, named: NamedAccount): Promise<void> {
    const now = await this.resolve({ accessToken, ...named });
    if (now.account.id !== account.id) throw wechatRefusal(40013);
  }

  /** Who shows the key itself where WeChat wants the AppSecret. Throws 40125, 48001, 40013 and 45011. */
  async findBySecret(secret: string, named: NamedAccount): Promise<WechatCaller> {
    const principal = await this.keys.findPrincipal(new Secret(secret));
    if (!principal) throw wechatRefusal(40125, 'secret is an API key that holds');
    return this.limited(await this.callerOf(principal, named));
  }

  private async limited(caller: WechatCaller): Promise<WechatCaller> {
    const standing = await this.limits.takeAhead(caller.keyId);
    if (standing?.isOver === true) throw wechatRefusal(45011, `go on in ${standing.resetSeconds} seconds`);
    return caller;
  }

  private async resolve({ accessToken, ...named }: Asked): Promise<WechatCaller> {
    const grant = this.tokens.open(accessToken);
    const principal = await (grant
      ? this.keys.findPrincipalById(grant.keyId)
      : this.keys.findPrincipal(new Secret(accessToken)));
    if (!principal) throw wechatRefusal(40001);
    if (grant?.isExpired === true) throw wechatRefusal(42001);
    return this.callerOf(principal, named, grant?.accountId);
  }

  private async callerOf(principal: Principal, named: NamedAccount, id?: number): Promise<WechatCaller> {
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
