import { randomBytes } from 'node:crypto';
import { RELEASE_TEST_ACCOUNTS } from './release-test-accounts';

/** Shapes seen in field dumps of real values; 64 random bytes give the usual 86 base64url characters. */
const LONG = 64;

const base64url = (bytes: number): string => randomBytes(bytes).toString('base64url');

export const newTicket = (): string => `ticket@@@${base64url(LONG)}`;
export const newPreAuthCode = (): string => `preauthcode@@@${base64url(LONG)}`;
export const newAuthCode = (): string => `queryauthcode@@@${base64url(LONG)}`;
export const newRefreshToken = (): string => `refreshtoken@@@${base64url(32)}`;

let issuedTokens = 0;

/** A small rising number, an underscore and about 140 characters that end in letters. */
export function newAccessToken(): string {
  issuedTokens += 1;
  const generation = 84 + (Math.floor(issuedTokens / 1000) % 10);
  return `${generation}_${base64url(104)}ZA`;
}

/** What cannot be an access token at all answers another errcode than an unknown one. */
export function looksLikeAccessToken(value: string): boolean {
  return /^\d{1,3}_[\w-]{100,}$/.test(value);
}

/** The last part of error messages since about 2020: time, then two random parts, eight hex digits each. */
export function newRid(seconds: number): string {
  const random = randomBytes(8).toString('hex');
  return `${seconds.toString(16).padStart(8, '0').slice(-8)}-${random.slice(0, 8)}-${random.slice(8)}`;
}

const KNOWN_NAMES = new Map(
  Object.values(RELEASE_TEST_ACCOUNTS).flatMap((group) => group.map(({ appid, userName }) => [appid, userName])),
);

export const userNameOf = (appid: string): string =>
  KNOWN_NAMES.get(appid) ?? `gh_${appid.slice(-12).padStart(12, '0')}`;
