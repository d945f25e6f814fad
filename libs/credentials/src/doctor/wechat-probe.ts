import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { WechatApiError, WechatClient, WechatTransportError } from '@app/wechat';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { refusalOf, textOf } from './gather';
import { type ExaminedPlatform } from './public-probe';
import { type ProbeResult } from './wechat-probe-policy';

export interface WechatProbeFacts {
  readonly result: ProbeResult;
  /** Our clock minus WeChat's; null when WeChat told no time. */
  readonly skewMs: number | null;
  readonly marginMs: number;
}

const CALL_MS = 6_000;
/** The Date header has no fractions: on average half a second is missing. */
const DATE_STEP_MS = 1_000;

/** Asks WeChat by secret to push tickets: the one call that needs no token, spends no quota, and tells the most. */
@Injectable()
export class WechatProbe {
  constructor(
    private readonly secrets: PlatformSecretsRepository,
    private readonly wechat: WechatClient,
    private readonly clock: Clock,
  ) {}

  async run({ id, appid }: ExaminedPlatform): Promise<WechatProbeFacts> {
    const appSecret = await this.secrets.getAppSecret(id);
    const asked = this.clock.now().getTime();
    const start = performance.now();
    let skewMs: number | null = null;
    let marginMs = 0;
    const onServerDate = (date: Date): void => {
      const heard = this.clock.now().getTime();
      skewMs = (asked + heard) / 2 - (date.getTime() + DATE_STEP_MS / 2);
      marginMs = (heard - asked) / 2 + DATE_STEP_MS / 2;
    };
    const signal = AbortSignal.timeout(CALL_MS);
    const result = await this.resultOf(
      this.wechat.startPushTicket({ componentAppid: appid, appSecret, signal, onServerDate }),
      start,
    );
    return { result, skewMs, marginMs };
  }

  private async resultOf(call: ReturnType<WechatClient['startPushTicket']>, start: number): Promise<ProbeResult> {
    try {
      const state = await call;
      return { kind: 'state', state, ms: performance.now() - start };
    } catch (error) {
      if (error instanceof WechatApiError) {
        return { kind: 'refused', refusal: refusalOf(error), ms: performance.now() - start };
      }
      if (error instanceof WechatTransportError) return { kind: 'unreachable', text: textOf(error) };
      throw error;
    }
  }
}
