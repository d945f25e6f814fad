import { type Secret } from '@app/kernel';
import { isReleaseCheckAccount, type ListedAccount } from '@app/wechat';
import { type AccountState, type IncompleteBecause } from '../accounts/account.entity';
import { type RunCause } from './reconcile-run.entity';

/** One of our rows as it was before the list was read. */
export interface SeenAccount {
  readonly id: number;
  readonly publicId: string;
  readonly appid: string;
  readonly state: AccountState;
  readonly incompleteBecause: IncompleteBecause | null;
  readonly authorizedAt: Date;
  readonly eventTime: Date | null;
  /** The refresh token's row; version null: there is none. Token null: nothing that opens is stored. */
  readonly refresh: { readonly version: number | null; readonly token: Secret | null };
}

/** What api_get_authorizer_list gave. */
export interface Listing {
  /** When the first page was asked for. */
  readonly began: Date;
  /** Every account WeChat counts was seen. Otherwise nothing follows from an account's absence. */
  readonly complete: boolean;
  readonly accounts: ReadonlyMap<string, ListedAccount>;
}

/** What a run is for. */
export interface Scope {
  readonly cause: RunCause;
  /** Appids that INFO called another kind than an Official Account lately: they are not kept. */
  readonly otherKinds: ReadonlySet<string>;
  /** Appids whose merchant left: WeChat lists them until the merchant cancels there. */
  readonly departed: ReadonlySet<string>;
}

/** In the order they are done: what makes tokens work again comes first. */
export const ACTIONS = ['repair', 'restore', 'adopt', 'ask', 'flag', 'leave'] as const;
export type ReconcileAction = (typeof ACTIONS)[number];

export type ReconcileReason =
  | 'unknown_here'
  | 'never_exchanged'
  | 'token_missing'
  | 'token_changed'
  | 'token_refused'
  | 'listed_again'
  | 'authorized_since'
  | 'not_listed'
  | 'list_doubted'
  | 'listed_though_cancelled'
  | 'older_listing'
  | 'authorized_meanwhile';

export interface Step {
  readonly appid: string;
  readonly action: ReconcileAction;
  readonly because: ReconcileReason;
  readonly seen: SeenAccount | null;
  readonly listed: ListedAccount | null;
}

type Verdict = readonly [ReconcileAction, ReconcileReason] | null;

/** WeChat's times have seconds, a redirect brings none at all: our time of a grant may be ahead of auth_time by this. */
const DOUBT_MS = 60_000;

/** What the list asks us to do, at most one step an account; accounts in order ask for nothing. */
export function planReconcile(seen: readonly SeenAccount[], listing: Listing, scope: Scope): Step[] {
  const rows = new Map(seen.map((row) => [row.appid, row]));
  const appids = new Set([...rows.keys(), ...listing.accounts.keys()]);
  const steps: Step[] = [];
  for (const appid of appids) {
    const row = rows.get(appid) ?? null;
    if (scope.departed.has(appid)) continue;
    if (row === null && isPassedOver(appid, scope)) continue;
    const listed = listing.accounts.get(appid) ?? null;
    const verdict = verdictOf(row, listed, listing);
    if (verdict) steps.push({ appid, action: verdict[0], because: verdict[1], seen: row, listed });
  }
  return steps.sort((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action));
}

const DOUBT_FROM = 20;
const SAMPLE = 5;

/**
 * A list that lacks more than half of what is kept here is not believed at its word: before INFO is asked for hundreds of
 * accounts, a few of those it lacks are. Null when there is nothing to doubt.
 */
export function doubtOf(
  steps: readonly Step[],
  storedCount: number,
): { readonly sample: readonly Step[]; readonly rest: readonly Step[] } | null {
  const absent = steps.filter(({ because }) => because === 'not_listed');
  if (absent.length < DOUBT_FROM || absent.length * 2 <= storedCount) return null;
  return { sample: absent.slice(0, SAMPLE), rest: absent.slice(SAMPLE) };
}

/** A recovery looks for tokens of accounts we have, every ten minutes; WeChat's own test accounts are nobody's. */
function isPassedOver(appid: string, { cause, otherKinds }: Scope): boolean {
  return cause === 'recovery' || otherKinds.has(appid) || isReleaseCheckAccount(appid);
}

/** Nothing here ends an authorization: an account that is not listed is asked for, and only INFO's 61003 ends it. */
function verdictOf(seen: SeenAccount | null, listed: ListedAccount | null, listing: Listing): Verdict {
  if (seen !== null && isMeanwhile(seen, listing.began)) return ['leave', 'authorized_meanwhile'];
  if (listed === null) {
    const isOver = seen === null || seen.state === 'revoked';
    return isOver || !listing.complete ? null : ['ask', 'not_listed'];
  }
  // Its redirect and push are on their way.
  if (isSince(listed.authorizedAt, listing.began)) return ['leave', 'authorized_meanwhile'];
  if (seen === null) return ['adopt', listed.refreshToken === null ? 'never_exchanged' : 'unknown_here'];
  if (listed.refreshToken === null) return withoutToken(seen, listing);
  switch (seen.state) {
    case 'revoked':
      // A list may lag behind a cancellation; only a later authorization is news.
      return listed.authorizedAt > (seen.eventTime ?? seen.authorizedAt)
        ? ['restore', 'authorized_since']
        : ['ask', 'listed_though_cancelled'];
    case 'incomplete':
      // Without a reason nobody refused the token: it was just issued, and INFO not read yet.
      return isSame(seen, listed) && seen.incompleteBecause !== null
        ? refused(seen, listing)
        : ['restore', 'listed_again'];
    case 'authorized':
      return authorized(seen, listed);
  }
}

function authorized(seen: SeenAccount, listed: ListedAccount): Verdict {
  if (seen.refresh.token === null) return ['repair', 'token_missing'];
  if (isSame(seen, listed)) return null;
  const ours = (seen.eventTime ?? seen.authorizedAt).getTime();
  // A grant of ours that the list does not know of: which token is the newer one, INFO tells.
  if (ours - listed.authorizedAt.getTime() > DOUBT_MS) return ['ask', 'older_listing'];
  return ['repair', 'token_changed'];
}

/** WeChat lists the very token that it refuses (61023): sending it again changes nothing. */
function refused(seen: SeenAccount, listing: Listing): Verdict {
  const isKnown = seen.incompleteBecause === 'token_refused';
  return [isKnown || !listing.complete ? 'leave' : 'flag', 'token_refused'];
}

/** An empty refresh token: since the last authorization nobody exchanged its code. That is no error, and worth saying. */
function withoutToken(seen: SeenAccount, listing: Listing): Verdict {
  const isToFlag = seen.state === 'incomplete' && seen.incompleteBecause !== null && listing.complete;
  return [isToFlag ? 'flag' : 'leave', 'never_exchanged'];
}

function isSame(seen: SeenAccount, listed: ListedAccount): boolean {
  return seen.refresh.token !== null && listed.refreshToken !== null && seen.refresh.token.equals(listed.refreshToken);
}

function isMeanwhile(seen: SeenAccount, began: Date): boolean {
  return seen.authorizedAt >= began || (seen.eventTime !== null && isSince(seen.eventTime, began));
}

/** WeChat's times are whole seconds, rounded down. */
function isSince(at: Date, began: Date): boolean {
  return at.getTime() >= Math.floor(began.getTime() / 1_000) * 1_000;
}
