import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { AccountReader } from '../accounts/account-reader';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';
import { BoundInviteRepository } from './bound-invite.repository';
import { InviteRepository, type InviteBinding, type InviteDetail } from './invite.repository';
import { WechatLinks } from './wechat-links';

/** What the button on an invite's page does: the way to WeChat, made anew for each press. */
@Injectable()
export class InviteClicks {
  private readonly logger = new Logger(InviteClicks.name);

  constructor(
    private readonly invites: InviteRepository,
    private readonly bound: BoundInviteRepository,
    private readonly links: WechatLinks,
    private readonly reader: AccountReader,
    private readonly clock: Clock,
  ) {}

  /** @param callbackPath where WeChat is to send the browser back to, on the platform's own origin */
  async follow(invite: InviteDetail, device: 'desktop' | 'mobile', callbackPath: string): Promise<string> {
    const { binding } = invite;
    if (binding) await this.bound.markOpened(binding, this.clock.now());
    const { url, preAuthCode, expiresInSeconds } = await this.links.make(invite, device, {
      redirectUri: `${invite.publicOrigin}${callbackPath}`,
      offeredSets: async () => (binding ? this.offeredSets(binding) : [USER_MANAGEMENT_SET]),
      bizAppid: binding?.appid ?? null,
    });
    const now = this.clock.now();
    await this.invites.addClick(invite.id, preAuthCode, {
      now,
      expiresAt: new Date(now.getTime() + expiresInSeconds * 1_000),
    });
    return url;
  }

  /** What a campaign asks for. */
  wantedSets(campaignId: string): Promise<number[]> {
    return this.bound.wantedSets(campaignId);
  }

  /**
   * An authorization replaces the sets granted before by those ticked on the page, and `category_id_list` says which the page
   * offers at all (Authorization_Process_Technical_Description.html). With the wanted sets alone, agreeing would take away
   * everything else; so what is granted now is offered again. INFO is asked first because some grants send no event.
   */
  private async offeredSets({ campaignId, accountId }: InviteBinding): Promise<number[]> {
    try {
      await this.reader.reread(accountId);
    } catch (err) {
      this.logger.warn({ msg: 'INFO not read before re-consent', accountId, err });
    }
    return this.bound.offeredSets(campaignId, accountId);
  }
}
