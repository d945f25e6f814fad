import { type AccountScope, type FetchableAccount } from '@app/credentials';
import { daysBetween } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { scopeEmpty, scopeSpansProviders } from '../fetching.errors';
import { LANE, type Lane } from '../task-states';
import { type DayRange } from '../window-policy';

const SMALL_ACCOUNTS = 50;
const SMALL_DAYS = 60;

/** Somebody waits for a small ask, at most 450 calls; a large one goes with the backfills. */
export function laneOfAsk(accounts: number, range: DayRange): Lane {
  const isSmall = accounts <= SMALL_ACCOUNTS && daysBetween(range.from, range.to) < SMALL_DAYS;
  return isSmall ? LANE.asked : LANE.bulk;
}

/** A fetch belongs to one provider: whoever sees it there sees all of it. Throws `scope_empty`, `scope_spans_providers`. */
export function providerOf(accounts: readonly Pick<FetchableAccount, 'providerId'>[]): string {
  const [provider, ...others] = new Set(accounts.map(({ providerId }) => providerId));
  if (provider === undefined) throw scopeEmpty();
  if (others.length > 0) throw scopeSpansProviders();
  return provider;
}

/**
 * The one merchant whose people see the fetch; null when it is for several.
 * @param accounts null when there are more than were read
 */
export function merchantOf(
  scope: AccountScope,
  reach: Reach,
  accounts: readonly Pick<FetchableAccount, 'merchantId'>[] | null,
): string | null {
  if (scope.merchant !== undefined) return scope.merchant;
  const reached = reach.providerIds.length === 0 ? reach.merchantIds : [];
  const merchants = [...new Set(accounts === null ? reached : accounts.map(({ merchantId }) => merchantId))];
  return merchants.length === 1 ? (merchants[0] ?? null) : null;
}
