import { createHash } from 'node:crypto';
import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { type SwitchValues } from '../faults/switch-table';
import { type AccessToken, type AuthCode, type Grant } from '../state/model';
import { type Store } from '../state/store';
import { newAuthCode, newRefreshToken } from '../state/value-shapes';
import { WechatError } from '../wechat-api/wechat-error';
import { type Tokens } from './tokens';

export interface Authorization {
  readonly grant: Grant;
  readonly code: AuthCode;
  /** null: a re-authorization with the same sets tells nobody. */
  readonly event: 'authorized' | 'updateauthorized' | null;
}

const sameSets = (a: number[], b: number[]): boolean =>
  a.length === b.length && [...a].sort((x, y) => x - y).join() === [...b].sort((x, y) => x - y).join();

/** A refresh token that was never good; always the same for one that is. */
const deadTwin = (refreshToken: string): string =>
  `refreshtoken@@@${createHash('sha256').update(refreshToken).digest('base64url')}`;

/** What merchants' administrators do, and what platforms make of it. */
export class Grants {
  constructor(
    private readonly store: Store,
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
    private readonly tokens: Tokens,
  ) {}

  /** First authorization, re-authorization and change of sets are the same act; only what follows differs. */
  authorize(component: string, appid: string, sets: number[]): Authorization {
    const before = this.store.findGrant(component, appid);
    const first = before?.active !== true;
    const event = first ? 'authorized' : sameSets(before.sets, sets) ? null : 'updateauthorized';
    const grant: Grant = before ?? {
      component,
      appid,
      sets,
      active: true,
      exchanged: false,
      refreshToken: '',
      oldRefreshTokens: [],
      accessTokens: [],
      authTime: 0,
    };
    this.tokens.kill(grant, 'reauthorized');
    if (first || this.faults.values.reauthorizeChangesRefresh) this.renewRefreshToken(grant, 0);
    if (first) {
      grant.exchanged = false;
      grant.authTime = this.clock.seconds() * 1000;
    }
    grant.active = true;
    grant.sets = sets;
    if (first) this.store.putGrant(grant);
    return { grant, code: this.issueCode(component, appid), event };
  }

  /** false when there was nothing to cancel. */
  cancel(component: string, appid: string): boolean {
    const grant = this.store.findGrant(component, appid);
    if (grant?.active !== true) return false;
    grant.active = false;
    grant.oldRefreshTokens = [];
    this.tokens.kill(grant, 'cancelled');
    this.store.touch();
    return true;
  }

  /** api_query_auth. Throws 61009 for an unknown code, 61010 for a used or expired one. */
  exchange(component: string, codeValue: unknown): { grant: Grant; token: AccessToken } {
    const code = typeof codeValue === 'string' ? this.store.authCodes.get(codeValue) : undefined;
    if (code?.component !== component) throw new WechatError(61009);
    if (code.used || this.clock.now() >= code.expiresAt) throw new WechatError(61010);
    const grant = this.store.findGrant(component, code.appid);
    if (grant?.active !== true) throw new WechatError(this.faults.values.exchangeCodeAfterCancel);
    code.used = true;
    grant.exchanged = true;
    return { grant, token: this.tokens.issueAuthorizer(grant) };
  }

  /** api_authorizer_token. Throws 61003 without any authorization, 61023 for every refresh token that is not good. */
  refresh(component: string, appid: string, refreshToken: unknown): { grant: Grant; token: AccessToken } {
    const grant = this.store.findGrant(component, appid);
    if (grant === null) throw new WechatError(61003);
    if (!grant.active) throw new WechatError(this.faults.values.refreshCodeAfterCancel);
    if (!this.isGoodRefreshToken(grant, refreshToken)) throw new WechatError(61023);
    if (this.faults.take('silentRefreshInvalidations')) {
      this.renewRefreshToken(grant, 0);
      throw new WechatError(61023);
    }
    if (refreshToken === grant.refreshToken) this.rotate(grant);
    return { grant, token: this.tokens.issueAuthorizer(grant) };
  }

  /** A refresh by somebody who is sure to hold the right refresh token. */
  refreshElsewhere(grant: Grant): void {
    this.rotate(grant);
    this.tokens.issueAuthorizer(grant);
  }

  private rotate(grant: Grant): void {
    const { refreshRotates, refreshOverlapSeconds } = this.faults.values;
    if (refreshRotates) this.renewRefreshToken(grant, refreshOverlapSeconds);
  }

  /** Replaces the refresh token without telling anyone; LIST and INFO show the new one. */
  renewRefreshToken(grant: Grant, oldGoodSeconds: number): void {
    const now = this.clock.now();
    const goodUntil = now + oldGoodSeconds * 1000;
    const kept = grant.oldRefreshTokens.filter((old) => oldGoodSeconds > 0 && old.goodUntil > now);
    if (oldGoodSeconds > 0 && grant.refreshToken !== '') kept.push({ value: grant.refreshToken, goodUntil });
    grant.oldRefreshTokens = kept;
    grant.refreshToken = newRefreshToken();
    this.store.remember('authorizer_refresh_token', grant.refreshToken);
    this.store.touch();
  }

  /** What LIST and INFO show. */
  shownRefreshToken(grant: Grant, where: 'list' | 'info'): string {
    if (this.differs(`${where}-empty`, grant.appid)) return '';
    if (this.differs(`${where}-dead`, grant.appid)) return deadTwin(grant.refreshToken);
    return grant.exchanged || !this.faults.values.listHidesUnexchanged ? grant.refreshToken : '';
  }

  /** Whether LIST and INFO are to differ in this way for this account. */
  differs(way: SwitchValues['listInfoDiffer'], appid: string): boolean {
    const { listInfoDiffer, listInfoDifferAppid } = this.faults.values;
    return listInfoDiffer === way && (listInfoDifferAppid === '' || listInfoDifferAppid === appid);
  }

  private isGoodRefreshToken(grant: Grant, value: unknown): boolean {
    if (typeof value !== 'string' || value === '') return false;
    const now = this.clock.now();
    return (
      value === grant.refreshToken || grant.oldRefreshTokens.some((old) => old.value === value && now < old.goodUntil)
    );
  }

  /** One more authorization code, without anything else happening. */
  issueCode(component: string, appid: string): AuthCode {
    const expiresAt = (this.clock.seconds() + this.faults.values.authCodeSeconds) * 1000;
    const code: AuthCode = { value: newAuthCode(), component, appid, expiresAt, used: false };
    this.store.putAuthCode(code);
    return code;
  }
}
