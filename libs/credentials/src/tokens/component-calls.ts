import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Secret } from '@app/kernel';
import { WechatApiError, type WechatCall } from '@app/wechat';
import { ComponentTokens } from './component-tokens';
import { PlatformPauseRepository } from './platform-pause.repository';
import { pauseEnd, pauseOf } from './refresh-policy';

/** 61023 and 42002 are of the same class but mean the account's refresh token. */
const COMPONENT_TOKEN_REFUSED: ReadonlySet<number> = new Set([40001, 40014, 40094, 42001, 42006]);

/** Calls with a platform's component token: one refresh and one repeat when it is refused; parked when the quota is used up. */
@Injectable()
export class ComponentCalls {
  constructor(
    private readonly tokens: ComponentTokens,
    private readonly pauses: PlatformPauseRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws what `send` throws, and `component_call_parked` while WeChat's quota for the call is used up. */
  async run<T>(platformId: string, call: WechatCall, send: (componentToken: Secret) => Promise<T>): Promise<T> {
    await this.refuseParked(platformId, call);
    const first = await this.tokens.get(platformId);
    try {
      return await send(first.token);
    } catch (error) {
      await this.parkIfUsedUp(platformId, call, error);
      if (!(error instanceof WechatApiError) || !COMPONENT_TOKEN_REFUSED.has(error.errcode)) throw error;
    }
    await this.tokens.rejected(platformId, first.version);
    const second = await this.tokens.get(platformId);
    return send(second.token);
  }

  private async refuseParked(platformId: string, call: WechatCall): Promise<void> {
    const pause = await this.pauses.find(platformId, call, this.clock.now());
    if (!pause) return;
    throw new AppError('limited', 'component_call_parked', {
      message: {
        en: 'WeChat’s quota for this call of the platform is used up; the gateway asks again after the reset.',
        zh: '该第三方平台此接口的微信调用额度已用完，网关会在重置后重试。',
      },
      detail: { call, errcode: pause.errcode, until: pause.pausedUntil.toISOString() },
    });
  }

  private async parkIfUsedUp(platformId: string, call: WechatCall, error: unknown): Promise<void> {
    if (!(error instanceof WechatApiError) || error.errcodeClass !== 'quota_wait') return;
    const pausedUntil = pauseEnd(pauseOf(error) ?? 'one_minute', this.clock.now());
    await this.pauses.park({ platformId, callName: call, errcode: error.errcode, pausedUntil });
  }
}
