import { Injectable, Logger } from '@nestjs/common';
import { AppError, Clock } from '@app/kernel';
import { WechatApiError, WechatClient } from '@app/wechat';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { PlatformRepository } from '../platforms/platform.repository';
import { TICKET_LIFE_MS } from '../tickets/ticket-policy';
import { TicketRepository } from '../tickets/ticket.repository';
import { type CredentialKey } from './credential.repository';
import { type LeaseWindow } from './lease-window';
import { type Renewal, type RenewedToken } from './leased-refresh';
import { type HeldToken } from './opened-tokens';
import { TokenKeeper } from './token-keeper';

/** 61005 expired, 61006 and 40091 invalid: WeChat is asked to push a new one. */
const TICKET_REFUSED: ReadonlySet<number> = new Set([61005, 61006, 40091]);

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

  /** Throws `ticket_missing`. */
  async buy(platformId: string, window: LeaseWindow): Promise<RenewedToken> {
    const ticket = await this.tickets.findNewest(platformId, new Date(this.clock.now().getTime() - TICKET_LIFE_MS));
    if (!ticket) throw ticketMissing();
    const componentAppid = await this.appid(platformId);
    const appSecret = await this.secrets.getAppSecret(platformId);
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
  ) {}

  /** Throws `ticket_missing`, WeChat's refusal, `token_cooling_down` soon after one. */
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
    return {
      warm: () => Promise.resolve(),
      call: (window) => this.source.buy(platformId, window),
      recover: async (error) => {
        if (error instanceof WechatApiError && TICKET_REFUSED.has(error.errcode)) await this.source.wake(platformId);
        return false;
      },
    };
  }
}

function ticketMissing(): AppError {
  return new AppError('unavailable', TICKET_MISSING, {
    message: {
      en: 'WeChat has not pushed a usable component_verify_ticket yet. Check the event URL, the callback token and the EncodingAESKey; WeChat pushes every 10 minutes.',
      zh: '尚未收到可用的 component_verify_ticket。请检查授权事件接收 URL、消息校验 Token 与 EncodingAESKey；微信每 10 分钟推送一次。',
    },
  });
}

export const TICKET_MISSING = 'ticket_missing';
