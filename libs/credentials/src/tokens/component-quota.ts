import { Injectable, Logger } from '@nestjs/common';
import { WechatApiError, WechatClient, WechatTransportError } from '@app/wechat';
import { PlatformCounterRepository } from '../platforms/platform-counter.repository';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { PlatformRepository } from '../platforms/platform.repository';
import { componentTokenCapReached } from './component-token.errors';
import { TokenLimits } from './token-limits';

/** WeChat resets an appid's quotas 10 times a month, however it is asked (clear_quota pages). */
const RESETS_USED_UP = 48006;
const RESETS_OF_WECHAT = 10;
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** How many component tokens may be bought, and the way out when WeChat's quota for them is used up. */
@Injectable()
export class ComponentQuota {
  private readonly logger = new Logger(ComponentQuota.name);

  constructor(
    private readonly counters: PlatformCounterRepository,
    private readonly platforms: PlatformRepository,
    private readonly secrets: PlatformSecretsRepository,
    private readonly wechat: WechatClient,
    private readonly limits: TokenLimits,
  ) {}

  /** Counts a purchase before it is made: one whose answer is lost counts at WeChat, too. Throws `component_token_cap`. */
  async take(platformId: string): Promise<void> {
    const cap = this.limits.componentTokensADay;
    const taken = await this.counters.take({ platformId, name: 'component_token_bought' }, 'day', cap);
    if (!taken) throw componentTokenCapReached(cap);
  }

  /** WeChat refused, or was not reached: no token was bought. One whose answer is lost may have been. */
  async failed(platformId: string, error: unknown): Promise<void> {
    const isRefused = error instanceof WechatApiError;
    if (!isRefused && !isNeverSent(error)) return;
    await this.counters.giveBack({ platformId, name: 'component_token_bought' }, 'day');
  }

  /**
   * Without component token no other reset can be asked for: clear_quota/v2 goes by the secret. At most one a day and a few
   * a month are spent here, the rest is left to people. True when WeChat did it.
   */
  async clear(platformId: string): Promise<boolean> {
    const counted = { platformId, name: 'quota_cleared' } as const;
    const { quotaResetsAMonth } = this.limits;
    if (quotaResetsAMonth === 0 || (await this.counters.count(counted, 'month')) >= quotaResetsAMonth) return false;
    if (!(await this.counters.take(counted, 'day', 1))) return false;
    if (!(await this.counters.take(counted, 'month', quotaResetsAMonth))) return false;
    try {
      const componentAppid = await this.platforms.getAppid(platformId);
      await this.wechat.clearQuota({ componentAppid, appSecret: await this.secrets.getAppSecret(platformId) });
      this.logger.warn({ msg: 'quota for component tokens was used up and has been reset', platformId });
      return true;
    } catch (err) {
      const usedUp = err instanceof WechatApiError && err.errcode === RESETS_USED_UP;
      if (usedUp) await this.counters.exhaust(counted, 'month', RESETS_OF_WECHAT);
      this.logger.warn({ msg: 'quota not reset', platformId, err });
      return false;
    }
  }
}

/** No connection was made. Of one that broke off nobody knows what WeChat did. */
function isNeverSent(error: unknown): boolean {
  if (!(error instanceof WechatTransportError) || !(error.cause instanceof Error)) return false;
  const { code } = error.cause as { code?: unknown };
  return typeof code === 'string' && NEVER_SENT.has(code);
}
