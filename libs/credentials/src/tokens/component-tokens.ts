import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { WechatApiError, WechatClient } from '@app/wechat';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { PlatformRepository } from '../platforms/platform.repository';
import { TICKET_LIFE_MS } from '../tickets/ticket-policy';
import { TicketRepository } from '../tickets/ticket.repository';
import { ComponentQuota } from './component-quota';
import { quotaCleared, ticketMissing } from './component-token.errors';
import { type CredentialKey } from './credential.repository';
import { type LeaseWindow } from './lease-window';
import { type Renewal, type RenewedToken } from './leased-refresh';
import { type HeldToken } from './opened-tokens';
import { TokenKeeper } from './token-keeper';

/** 61005 expired, 61006 and 40091 invalid: WeChat is asked to push a new one. */
const TICKET_REFUSED: ReadonlySet<number> = new Set([61005, 61006, 40091]);
const DAY_QUOTA_USED = 45009;

/** What a component token is bought with. */
@Injectable()
export class ComponentTokenSource {
  private readonly logger = new Logger(ComponentTokenSource.name);

  constructor(
    private readonly platforms: PlatformRepository,
    private readonly secrets: PlatformSecretsRepository,
    private readonly tickets: TicketRepository,
    private readonly wechat: WechatClient,
    private readonly clock: Clock,
  ) {}

  appid(platformId: string): Promise<string> {
    return this.platforms.getAppid(platformId);
  }

  /** @param allow asked right before the call. Throws `ticket_missing` and what `allow` throws. */
  async buy(platformId: string, window: LeaseWindow, allow: () => Promise<void>): Promise<RenewedToken> {
    const ticket = await this.tickets.findNewest(platformId, new Date(this.clock.now().getTime() - TICKET_LIFE_MS));
    if (!ticket) throw ticketMissing();
    const componentAppid = await this.appid(platformId);
    const appSecret = await this.secrets.getAppSecret(platformId);
    await allow();
    window.ensureTimeForCall();
    const { signal } = window;
    return { ...(await this.wechat.componentToken({ componentAppid, appSecret, ticket, signal })), beside: null };
  }

  /** Asks WeChat to push tickets again. Its answer changes nothing here: the next ticket does. */
  async wake(platformId: string): Promise<void> {
    try {
      const [componentAppid, appSecret] = [await this.appid(platformId), await this.secrets.getAppSecret(platformId)];
      await this.wechat.startPushTicket({ componentAppid, appSecret });
    } catch (err) {
      this.logger.warn({ msg: 'WeChat did not start to push tickets', platformId, err });
    }
  }
}

/** The platform's own token, shared by all its accounts. */
@Injectable()
export class ComponentTokens {
  constructor(
    private readonly keeper: TokenKeeper,
    private readonly source: ComponentTokenSource,
    private readonly quota: ComponentQuota,
  ) {}

  /** Throws `ticket_missing`, `component_token_cap`, WeChat's refusal, `token_cooling_down` soon after one. */
  async get(platformId: string): Promise<HeldToken> {
    return this.keeper.get(await this.key(platformId), () => this.renewal(platformId));
  }

  /** WeChat refused the token of this version: the next `get` buys another unless a newer one is stored. */
  async rejected(platformId: string, version: number): Promise<void> {
    await this.keeper.rejected(await this.key(platformId), version);
  }

  private async key(platformId: string): Promise<CredentialKey> {
    return { platformId, subjectAppid: await this.source.appid(platformId), kind: 'component_token' };
  }

  private renewal(platformId: string): Renewal {
    let cleared = false;
    return {
      warm: () => Promise.resolve(),
      call: (window) => this.source.buy(platformId, window, () => this.quota.take(platformId)),
      recover: async (error) => {
        await this.quota.failed(platformId, error);
        if (!(error instanceof WechatApiError)) return false;
        if (TICKET_REFUSED.has(error.errcode)) await this.source.wake(platformId);
        if (error.errcode !== DAY_QUOTA_USED) return false;
        // WeChat may go on counting for half an hour after a reset: one more try now, the next one then.
        if (cleared) throw quotaCleared(error);
        cleared = await this.quota.clear(platformId);
        return cleared;
      },
    };
  }
}
