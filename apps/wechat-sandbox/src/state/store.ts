import {
  type AccessToken,
  type Account,
  type AuthCode,
  type Grant,
  type IssuedValue,
  type Platform,
  type PreAuthCode,
} from './model';

/** Oldest entries beyond these go, so that weeks at high clock speed do not fill memory. */
const KEPT_TOKENS = 500_000;
const KEPT_CODES = 200_000;
const KEPT_ISSUED = 500_000;
const SAVED_ISSUED = 20_000;

function trim(map: Map<string, unknown>, kept: number): void {
  if (map.size <= kept) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

type SavedAccount = Omit<Account, 'days'> & { days: [number, number | null][] };

export interface SavedStore {
  readonly platforms: Platform[];
  readonly accounts: SavedAccount[];
  readonly grants: Grant[];
  readonly accessTokens: AccessToken[];
  readonly preAuthCodes: PreAuthCode[];
  readonly authCodes: AuthCode[];
  readonly issued: IssuedValue[];
}

/** What the sandbox knows. Plain maps: the whole of it is one process's memory. */
export class Store {
  readonly platforms = new Map<string, Platform>();
  readonly accounts = new Map<string, Account>();
  private readonly grants = new Map<string, Map<string, Grant>>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly preAuthCodes = new Map<string, PreAuthCode>();
  readonly authCodes = new Map<string, AuthCode>();
  /** Every secret value ever handed out, for searches that prove none of them leaked. */
  readonly issued: IssuedValue[] = [];
  private changed: () => void = () => undefined;

  onChange(listener: () => void): void {
    this.changed = listener;
  }

  /** To be called after every change that must survive a restart. */
  touch(): void {
    this.changed();
  }

  remember(kind: string, value: string): void {
    if (value === '') return;
    if (this.issued.length >= KEPT_ISSUED) this.issued.splice(0, KEPT_ISSUED / 10);
    this.issued.push({ kind, value });
  }

  findGrant(component: string, appid: string): Grant | null {
    return this.grants.get(component)?.get(appid) ?? null;
  }

  /** A grant put again moves to the end: LIST is read in order of authorization. */
  putGrant(grant: Grant): void {
    const ofComponent = this.grants.get(grant.component) ?? new Map<string, Grant>();
    this.grants.set(grant.component, ofComponent);
    ofComponent.delete(grant.appid);
    ofComponent.set(grant.appid, grant);
    this.touch();
  }

  grantsOf(component: string): Grant[] {
    return [...(this.grants.get(component)?.values() ?? [])];
  }

  grantsFor(appid: string): Grant[] {
    return [...this.grants.values()].flatMap((ofComponent) => ofComponent.get(appid) ?? []);
  }

  putAccessToken(token: AccessToken): void {
    this.accessTokens.set(token.value, token);
    this.remember(`${token.kind}_access_token`, token.value);
    trim(this.accessTokens, KEPT_TOKENS);
    this.touch();
  }

  putPreAuthCode(code: PreAuthCode): void {
    this.preAuthCodes.set(code.value, code);
    this.remember('pre_auth_code', code.value);
    trim(this.preAuthCodes, KEPT_CODES);
    this.touch();
  }

  putAuthCode(code: AuthCode): void {
    this.authCodes.set(code.value, code);
    this.remember('authorization_code', code.value);
    trim(this.authCodes, KEPT_CODES);
    this.touch();
  }

  save(): SavedStore {
    return {
      platforms: [...this.platforms.values()],
      accounts: [...this.accounts.values()].map((account) => ({ ...account, days: [...account.days] })),
      grants: [...this.grants.values()].flatMap((ofComponent) => [...ofComponent.values()]),
      accessTokens: [...this.accessTokens.values()],
      preAuthCodes: [...this.preAuthCodes.values()],
      authCodes: [...this.authCodes.values()],
      issued: this.issued.slice(-SAVED_ISSUED),
    };
  }

  restore(saved: SavedStore): void {
    for (const platform of saved.platforms) this.platforms.set(platform.appid, platform);
    for (const account of saved.accounts) {
      this.accounts.set(account.appid, { ...account, days: new Map(account.days) });
    }
    for (const grant of saved.grants) this.putGrant(grant);
    for (const token of saved.accessTokens) this.accessTokens.set(token.value, token);
    for (const code of saved.preAuthCodes) this.preAuthCodes.set(code.value, code);
    for (const code of saved.authCodes) this.authCodes.set(code.value, code);
    this.issued.push(...saved.issued);
  }
}
