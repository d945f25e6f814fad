import { type FetchableAccount } from '@app/credentials';
import { type Secret } from '@app/kernel';
import { WechatClient, WechatTransportError, type CumulateAnswer } from '@app/wechat';
import { Injectable, Logger } from '@nestjs/common';
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { type DayRange } from '../window-policy';
import { circuitOpen } from './call.errors';

/** One call in five failing at random breaks off once in half a million calls; an outage does within a round. */
const FAILURES = 8;
const HALF_OPEN_AFTER = new ExponentialBackoff({ initialDelay: 5_000, maxDelay: 60_000 });

/** getusercumulate behind a breaker per platform: when WeChat is away, calls end at once instead of after their timeout. */
@Injectable()
export class CumulateCalls {
  private readonly logger = new Logger(CumulateCalls.name);
  private readonly breakers = new Map<string, CircuitBreakerPolicy>();

  constructor(private readonly wechat: WechatClient) {}

  /** Throws what the client throws, and `wechat_circuit_open`: no call was made. */
  async ask(account: FetchableAccount, accountToken: Secret, window: DayRange): Promise<CumulateAnswer> {
    try {
      return await this.breaker(account.platformId).execute(() =>
        this.wechat.userCumulate({ accountToken, from: window.from, to: window.to }),
      );
    } catch (error) {
      throw error instanceof BrokenCircuitError ? circuitOpen(error) : error;
    }
  }

  private breaker(platformId: string): CircuitBreakerPolicy {
    const known = this.breakers.get(platformId);
    if (known) return known;
    // An answer with an errcode is an answer: timeouts, 5xx, HTML and broken JSON alone count.
    const made = circuitBreaker(
      handleWhen((error) => error instanceof WechatTransportError),
      { breaker: new ConsecutiveBreaker(FAILURES), halfOpenAfter: HALF_OPEN_AFTER },
    );
    made.onBreak(() => {
      this.logger.error({ msg: 'WeChat does not answer: calls pause', platformId });
    });
    made.onReset(() => {
      this.logger.log({ msg: 'WeChat answers again', platformId });
    });
    this.breakers.set(platformId, made);
    return made;
  }
}
