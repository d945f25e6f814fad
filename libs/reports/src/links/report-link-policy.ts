import { type FetchableAccount } from '@app/credentials';
import { coversOwner, reachFor, type Owner, type Principal, type Reach } from '@app/tenants';

export const LINK_DAYS = 7;
export const LINK_DAYS_MAX = 90;
export const LINK_DOWNLOADS_MAX = 10_000;
/** Of one provider or merchant at a time. */
export const OPEN_LINKS = 200;
/** Of a link that counts: who breaks off before the last byte has most of a file, and must not get it again and again. */
export const GIVEN_BACK = 5;
/** A download that has not ended by then lost its process. */
export const RUNNING_MS = 6 * 3_600_000;

const AGENT_CHARS = 200;
const ADDRESS_CHARS = 64;

/** What a link's row says about whether it opens. */
export interface LinkFacts {
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly maxDownloads: number | null;
  readonly downloads: number;
}

export const LINK_STATES = ['open', 'revoked', 'expired', 'used_up'] as const;
export type LinkState = (typeof LINK_STATES)[number];

export function linkState(link: LinkFacts, now: Date): LinkState {
  if (link.revokedAt !== null) return 'revoked';
  if (!(link.expiresAt > now)) return 'expired';
  return link.maxDownloads !== null && link.downloads >= link.maxDownloads ? 'used_up' : 'open';
}

/**
 * Whose a link for single accounts is: their merchant's, whoever makes it, so that it sees and can revoke what shows its
 * accounts; the provider's own when they are of several merchants or of none. Null when nobody in reach owns them all.
 */
export function ownerOf(
  accounts: readonly Pick<FetchableAccount, 'providerId' | 'merchantId'>[],
  reach: Reach,
): Owner | null {
  const [providerId, ...providers] = new Set(accounts.map((account) => account.providerId));
  const [merchantId = null, ...merchants] = new Set(accounts.map((account) => account.merchantId));
  if (providerId === undefined || providers.length > 0) return null;
  const owner = { providerId, merchantId: merchants.length > 0 ? null : merchantId };
  return coversOwner(reach, owner) ? owner : null;
}

export type LinkVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly because: 'report_not_readable' | 'too_many_links' };

/**
 * May this link be made? A link gives out a report, so its maker must be allowed to read it there.
 * @param open links of the same owner that are
 */
export function linkVerdict(maker: Principal, owner: Owner, open: number): LinkVerdict {
  const reads = reachFor(maker, 'report:read');
  if (reads === null || !coversOwner(reads, owner)) return { allowed: false, because: 'report_not_readable' };
  return open >= OPEN_LINKS ? { allowed: false, because: 'too_many_links' } : { allowed: true };
}

/** Who downloads, as far as HTTP tells. */
export interface Downloader {
  readonly address: string;
  readonly userAgent: string;
}

/** What the log keeps of it: what a client says of itself may be anything, of any length. */
export function loggedDownloader({ address, userAgent }: Downloader): Downloader {
  return {
    address: address.replace(/[^\x21-\x7e]/g, '').slice(0, ADDRESS_CHARS),
    userAgent: userAgent.replace(/[^\x20-\x7e]+/g, ' ').slice(0, AGENT_CHARS),
  };
}
