import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Authorization } from '../grants/grants';
import { type Platform } from '../state/model';
import { type Pusher, type SentPush } from './pusher';
import { type Push } from './push-post';
import { authorizedXml, unauthorizedXml } from './push-xml';

/** Tells a platform about an authorization, under the event switches. */
export class AuthorizationEvents {
  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
    private readonly pusher: Pusher,
  ) {}

  /** null when WeChat would stay silent. */
  authorized(platform: Platform, done: Authorization, preAuthCode: string, extraDelayMs = 0): SentPush | null {
    if (done.event === null) return null;
    const codeExpiresAt = Math.floor(done.code.expiresAt / 1000);
    return this.send(
      platform,
      done.grant.appid,
      done.event,
      authorizedXml(platform.appid, codeExpiresAt - this.faults.values.authCodeSeconds, {
        infoType: done.event,
        authorizer: done.grant.appid,
        code: done.code.value,
        codeExpiresAt,
        preAuthCode,
      }),
      extraDelayMs,
    );
  }

  unauthorized(platform: Platform, appid: string): SentPush {
    return this.send(platform, appid, 'unauthorized', unauthorizedXml(platform.appid, this.clock.seconds(), appid), 0);
  }

  private send(platform: Platform, appid: string, infoType: string, xml: string, extraDelayMs: number): SentPush {
    const { eventDelayMs, eventDuplicate, eventLost } = this.faults.values;
    const push: Push = { platform, infoType, appid, xml, delayMs: eventDelayMs + extraDelayMs, lost: eventLost };
    return eventDuplicate && !eventLost ? this.pusher.sendTwice(push) : this.pusher.send(push);
  }
}
