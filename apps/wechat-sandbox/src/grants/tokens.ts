import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { type AccessToken, type Grant, type Platform, type VoidReason } from '../state/model';
import { type Store } from '../state/store';
import { looksLikeAccessToken, newAccessToken } from '../state/value-shapes';
import { WechatError } from '../wechat-api/wechat-error';

/** Issues and judges both kinds of access token. Lives are seconds, instants are ms of the sandbox clock. */
export class Tokens {
  constructor(
    private readonly store: Store,
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
  ) {}

  issueComponent(platform: Platform): AccessToken {
    this.retire(platform.currentToken, this.faults.values.componentTokenOverlapSeconds, 'superseded');
    const token = this.create('component', platform.appid, '', this.faults.values.componentTokenSeconds);
    platform.currentToken = token.value;
    this.store.putAccessToken(token);
    return token;
  }

  issueAuthorizer(grant: Grant): AccessToken {
    this.retire(grant.accessTokens.at(-1) ?? null, this.faults.values.authorizerTokenOverlapSeconds, 'superseded');
    const token = this.create('authorizer', grant.component, grant.appid, this.faults.values.authorizerTokenSeconds);
    const now = this.clock.now();
    grant.accessTokens = grant.accessTokens.filter((value) => (this.find(value)?.voidAt ?? 0) > now);
    grant.accessTokens.push(token.value);
    this.store.putAccessToken(token);
    return token;
  }

  /** Every token of the account dies now, tokens in their overlap included. */
  kill(grant: Grant, reason: VoidReason): void {
    const now = this.clock.now();
    for (const value of grant.accessTokens) {
      const token = this.find(value);
      if (token === undefined || (token.voidAt !== null && token.voidAt <= now)) continue;
      token.voidAt = now;
      token.voidBy = reason;
    }
    grant.accessTokens = [];
  }

  find(value: string | undefined): AccessToken | undefined {
    return value === undefined ? undefined : this.store.accessTokens.get(value);
  }

  /**
   * The token behind a value, when it is of the wanted kind and alive. Throws WechatError in the order in which WeChat
   * looks: missing, malformed, unknown, wrong kind, replaced, expired.
   */
  check(value: string | undefined, kind: AccessToken['kind'] | 'any'): AccessToken {
    if (value === undefined || value === '') throw new WechatError(41001);
    const token = this.store.accessTokens.get(value);
    if (token === undefined) {
      throw new WechatError(looksLikeAccessToken(value) ? 40001 : this.faults.values.malformedTokenCode);
    }
    if (kind !== 'any' && token.kind !== kind) throw new WechatError(kind === 'component' ? 61014 : 61015);
    const now = this.clock.now();
    if (token.voidAt !== null && now >= token.voidAt) throw new WechatError(this.voidedCode(token));
    if (now >= token.expiresAt) {
      throw new WechatError(token.kind === 'component' ? this.faults.values.expiredComponentTokenCode : 42001);
    }
    return token;
  }

  /** A token killed by a cancel says so only while the account is still cancelled. */
  private voidedCode(token: AccessToken): number {
    const grant = this.store.findGrant(token.component, token.appid);
    return token.voidBy === 'cancelled' && grant?.active === false ? this.faults.values.codeAfterCancel : 40001;
  }

  private create(kind: AccessToken['kind'], component: string, appid: string, seconds: number): AccessToken {
    const expiresAt = this.clock.now() + seconds * 1000;
    return { value: newAccessToken(), kind, component, appid, expiresAt, voidAt: null, voidBy: null };
  }

  private retire(value: string | null, overlapSeconds: number, reason: VoidReason): void {
    const token = value === null ? undefined : this.store.accessTokens.get(value);
    if (token === undefined || token.voidAt !== null) return;
    token.voidAt = this.clock.now() + overlapSeconds * 1000;
    token.voidBy = reason;
  }
}
