import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { BoundLinks } from './bound-links';
import { InviteAllowance } from './invite-allowance';
import { InviteRepository, type InviteDetail } from './invite.repository';
import { WechatLinks } from './wechat-links';

/** What the button on an invite's page does: the way to WeChat, made anew for each press. */
@Injectable()
export class InviteClicks {
  constructor(
    private readonly invites: InviteRepository,
    private readonly bound: BoundLinks,
    private readonly links: WechatLinks,
    private readonly allowance: InviteAllowance,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `invite_busy` and what WeChat's calls throw.
   * @param callbackPath where WeChat is to send the browser back to, on the platform's own origin
   */
  async follow(invite: InviteDetail, device: 'desktop' | 'mobile', callbackPath: string): Promise<string> {
    const { binding } = invite;
    await this.allowance.take(invite.id, 'presses');
    if (binding) await this.bound.markOpened(binding);
    const { url, preAuthCode, expiresInSeconds } = await this.links.make(invite, device, {
      redirectUri: `${invite.publicOrigin}${callbackPath}`,
      offeredSets: async () => (binding ? this.bound.offeredSets(binding) : this.invites.offeredSets(invite)),
      bizAppid: binding?.appid ?? null,
    });
    const now = this.clock.now();
    await this.invites.addClick(invite.id, preAuthCode, {
      now,
      expiresAt: new Date(now.getTime() + expiresInSeconds * 1_000),
    });
    return url;
  }
}
