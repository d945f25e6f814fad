import { type BeijingDay } from '../clock/beijing-day';

/** All times are Unix ms of the sandbox clock unless a name says otherwise. */
interface Ticket {
  readonly value: string;
  readonly issuedAt: number;
}

export interface Platform {
  readonly appid: string;
  name: string;
  secret: string;
  /** The callback token that signs pushes; not an access token. */
  token: string;
  encodingAesKey: string;
  eventUrl: string;
  messageUrl: string;
  /** Authorization start domain, with a port when the site has one. */
  domain: string;
  /** Empty: any address may call. */
  ipWhiteList: string[];
  sets: number[];
  pushStopped: boolean;
  tickets: Ticket[];
  /** Value of the newest component token. */
  currentToken: string | null;
}

export type AccountKind = 'official' | 'mini';

export interface Account {
  readonly appid: string;
  name: string;
  kind: AccountKind;
  verified: boolean;
  /** Permission sets this account's type can grant at all. */
  sets: number[];
  birth: BeijingDay;
  /** 1 normal, 14 cancelled, 16 banned, 18 warned, 19 frozen (account_status of api_get_authorizer_info). */
  status: number;
  principal: string;
  alias: string;
  /** Platforms that may be authorized at all (the test list of an unreleased platform); null: any. */
  platforms: string[] | null;
  /** Datacube calls a day and a minute; null: the switches decide. */
  dailyLimit: number | null;
  minuteLimit: number | null;
  /** Truth set by hand; null = WeChat has no row for that day. */
  days: Map<BeijingDay, number | null>;
}

export interface Grant {
  readonly component: string;
  readonly appid: string;
  sets: number[];
  active: boolean;
  /** False until a code was exchanged: WeChat lists such accounts with an empty refresh token. */
  exchanged: boolean;
  refreshToken: string;
  oldRefreshTokens: { value: string; goodUntil: number }[];
  /** Values that may still be good; the last one is the current. */
  accessTokens: string[];
  authTime: number;
}

export type VoidReason = 'superseded' | 'reauthorized' | 'cancelled';

export interface AccessToken {
  readonly value: string;
  readonly kind: 'component' | 'authorizer';
  readonly component: string;
  /** Empty for a component token. */
  readonly appid: string;
  readonly expiresAt: number;
  voidAt: number | null;
  voidBy: VoidReason | null;
}

export interface PreAuthCode {
  readonly value: string;
  readonly component: string;
  readonly expiresAt: number;
  used: boolean;
}

export interface AuthCode {
  readonly value: string;
  readonly component: string;
  readonly appid: string;
  readonly expiresAt: number;
  used: boolean;
}

export interface IssuedValue {
  readonly kind: string;
  readonly value: string;
}
