import {
  allowedTo,
  coversOwner,
  reachFor,
  type Action,
  type KeyGrant,
  type Owner,
  type Principal,
} from '../role-policy';

/** What a key can be made for. People, platforms' secrets and keys themselves are for people to change. */
export const KEY_SCOPES = [
  'platform:read',
  'platform:examine',
  'merchant:read',
  'merchant:write',
  'invite:read',
  'invite:write',
  'campaign:read',
  'campaign:write',
  'account:read',
  'account:reread',
  'reconcile:read',
  'reconcile:start',
  'fetch:read',
  'fetch:start',
  'report:read',
  'report-link:read',
  'report-link:write',
  'datacube:call',
  'webhook:read',
] as const satisfies readonly Action[];
export type KeyScope = (typeof KEY_SCOPES)[number];

export function isKeyScope(action: string): action is KeyScope {
  return KEY_SCOPES.some((scope) => scope === action);
}

/** Of one provider or merchant at a time: what a key may use, such as open streams, is counted by key. */
export const LIVE_KEYS = 50;
const LONGEST_MS = 10 * 366 * 86_400_000;

/** What can be done for some accounts alone: all else is of a whole tenant, and asks for its provider and merchant. */
const OF_ACCOUNTS: readonly Action[] = ['account:read', 'account:reread', 'report:read', 'datacube:call'];

/** A key somebody wants to make. */
export interface WantedKey extends Owner {
  readonly scopes: readonly KeyScope[];
  readonly isOfAccounts: boolean;
  readonly expiresAt: Date | null;
  /** Keys of the same owner that hold. */
  readonly live: number;
}

export type KeyVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly because: 'scope_not_grantable'; readonly scopes: readonly Action[] }
  | { readonly allowed: false; readonly because: 'expiry_invalid' }
  | { readonly allowed: false; readonly because: 'too_many_keys' };

/** Nobody gives a key more than they may do there themselves, nor what makes no sense for whom it is. */
export function keyVerdict(maker: Principal, wanted: WantedKey, now: Date): KeyVerdict {
  if (wanted.expiresAt !== null && !isWithin(wanted.expiresAt, now))
    return { allowed: false, because: 'expiry_invalid' };
  if (wanted.live >= LIVE_KEYS) return { allowed: false, because: 'too_many_keys' };
  const refused = wanted.scopes.filter((scope) => !isGrantable(maker, scope, wanted));
  if (refused.length > 0) return { allowed: false, because: 'scope_not_grantable', scopes: refused };
  return { allowed: true };
}

/** No comparison holds for what is no time. */
function isWithin(at: Date, now: Date): boolean {
  return at > now && at.getTime() <= now.getTime() + LONGEST_MS;
}

function isGrantable(maker: Principal, scope: Action, wanted: WantedKey): boolean {
  if (wanted.isOfAccounts && !OF_ACCOUNTS.includes(scope)) return false;
  if (wanted.merchantId !== null && !allowedTo('merchant_admin', scope)) return false;
  const reach = reachFor(maker, scope);
  return reach !== null && coversOwner(reach, wanted);
}

/** What a row lets its bearer do now; why not, when it does not. */
export function bearerVerdict(
  key: { readonly expiresAt: Date | null; readonly revokedAt: Date | null },
  now: Date,
): { readonly open: true } | { readonly open: false; readonly because: 'revoked' | 'expired' } {
  if (key.revokedAt !== null) return { open: false, because: 'revoked' };
  if (key.expiresAt !== null && !(key.expiresAt > now)) return { open: false, because: 'expired' };
  return { open: true };
}

const FORM = /^wpg_([0-9a-hjkmnp-tv-z]{12})_[A-Za-z0-9_-]{43}$/;

/** The part of a key that finds its row; null for what is no key. */
export function prefixOf(key: string): string | null {
  return FORM.exec(key)?.[1] ?? null;
}

/** How a principal that is a key is told apart from a person. */
export function keyPrincipal(id: string, name: string, key: KeyGrant): Principal {
  return { userId: id, email: '', name, memberships: [], key };
}
