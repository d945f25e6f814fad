import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { LIVE_READ_GAP_MS } from '../accounts/account-live-read';
import { AccountReader } from '../accounts/account-reader';
import { AccountRepository } from '../accounts/account.repository';
import { BoundInviteRepository } from './bound-invite.repository';
import { type InviteBinding } from './invite.repository';

/** What a campaign's link does beside what every invite does. */
@Injectable()
export class BoundLinks {
  private readonly logger = new Logger(BoundLinks.name);

  constructor(
    private readonly bound: BoundInviteRepository,
    private readonly accounts: AccountRepository,
    private readonly reader: AccountReader,
    private readonly clock: Clock,
  ) {}

  markOpened(binding: InviteBinding): Promise<void> {
    return this.bound.markOpened(binding, this.clock.now());
  }

  /**
   * An authorization replaces the sets granted before by those ticked on the page, and `category_id_list` says which the page
   * offers at all (Authorization_Process_Technical_Description.html). With the wanted sets alone, agreeing would take away
   * everything else; so what is granted now is offered again. INFO is asked first because some grants send no event, and once
   * a minute at most, because whoever holds the link presses the button.
   */
  async offeredSets({ campaignId, accountId }: InviteBinding): Promise<number[]> {
    try {
      const until = await this.accounts.claimLiveRead(accountId, this.clock.now(), LIVE_READ_GAP_MS);
      if (until === null) await this.reader.reread(accountId);
    } catch (err) {
      this.logger.warn({ msg: 'INFO not read before re-consent', accountId, err });
    }
    return this.bound.offeredSets(campaignId, accountId);
  }
}
