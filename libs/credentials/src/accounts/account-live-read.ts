import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { AccountDirectory, type AccountView } from './account-directory';
import { AccountReader } from './account-reader';
import { rereadTooSoon } from './account.errors';
import { AccountRepository } from './account.repository';

/** Each read is a call of the platform's own quota. */
export const LIVE_READ_GAP_MS = 60_000;

/** Reads an account at once because a person asks. */
@Injectable()
export class AccountLiveRead {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly accounts: AccountRepository,
    private readonly reader: AccountReader,
    private readonly clock: Clock,
  ) {}

  /** Throws `account_not_found`, `reread_too_soon` with `until`, and what INFO throws. */
  async read(reach: Reach, publicId: string): Promise<AccountView> {
    const { id } = await this.directory.getInReach(reach, publicId);
    const until = await this.accounts.claimLiveRead(id, this.clock.now(), LIVE_READ_GAP_MS);
    if (until !== null) throw rereadTooSoon(until);
    await this.reader.reread(id);
    return this.directory.getInReach(reach, publicId);
  }
}
