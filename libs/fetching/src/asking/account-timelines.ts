import { AccountDirectory, type AccountView } from '@app/credentials';
import { keyAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { byNewest, placeKey, placeOf, type TimelinePlace } from './timeline-policy';
import { TimelineRepository, type CallEntry, type PermissionEntry, type RevisionEntry } from './timeline.repository';

interface StandingEntry extends TimelinePlace {
  readonly kind: 'authorized' | 'revoked';
}

export type TimelineEntry = StandingEntry | PermissionEntry | CallEntry | RevisionEntry;

/** An account's way from its authorization to the rows stored for it. */
@Injectable()
export class AccountTimelines {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly entries: TimelineRepository,
  ) {}

  /** The newest first. Throws `account_not_found`, `cursor_invalid`. */
  async read(reach: Reach, publicId: string, request: PageRequest): Promise<Page<TimelineEntry>> {
    const account = await this.accounts.getInReach(reach, publicId);
    const key = keyAfter(request);
    const after = key === null ? null : placeOf(key);
    const limit = request.limit + 1;
    const entries: TimelineEntry[] = [
      ...standing(account).filter((entry) => after === null || byNewest(after, entry) < 0),
      ...(await this.entries.permissions(account.id, after, limit)),
      ...(await this.entries.calls(account.id, after, limit)),
      ...(await this.entries.revisions(account.id, after, limit)),
    ];
    return pageOf(entries.sort(byNewest).slice(0, limit), request.limit, placeKey);
  }
}

function standing({ id, authorizedAt, revokedAt }: AccountView): StandingEntry[] {
  const authorized = { kind: 'authorized' as const, at: authorizedAt, id };
  return revokedAt === null ? [authorized] : [authorized, { kind: 'revoked' as const, at: revokedAt, id }];
}
