import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type SandboxClock } from '../clock/sandbox-clock';
import { encryptPush, pushSignature } from '../crypto/push-cipher';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Log } from '../sandbox-log';
import { type Platform } from '../state/model';
import { type Delivery, type DeliveryLog } from './delivery-log';
import { envelopeXml } from './push-xml';

export interface Push {
  readonly platform: Platform;
  readonly infoType: string;
  readonly appid: string | null;
  readonly xml: string;
  /** Messages of an account go to another URL, in another envelope, with one more query field. */
  readonly message?: { readonly url: string; readonly toUserName: string; readonly openid: string };
  /** Real ms. */
  readonly delayMs?: number;
  readonly wrongSignature?: boolean;
  readonly lost?: boolean;
}

export interface SentPush {
  readonly push: Push;
  readonly delivery: Delivery;
  /** Settles after the first try; at once when the push is delayed or lost. */
  readonly first: Promise<void>;
  readonly done: Promise<void>;
}

const BLOCK_MS = 60_000;
const ANSWER_LIMIT = 65_536;

/** Sends encrypted pushes as WeChat does: 5 s, body exactly "success", a bounded number of tries. */
export class Pusher {
  private readonly stop = new AbortController();
  private readonly agent = new Agent({ connect: { timeout: 3000 }, pipelining: 0, keepAliveTimeout: 1000 });
  private readonly failuresInRow = new Map<string, { count: number; blockedUntil: number }>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
    private readonly deliveries: DeliveryLog,
    private readonly log: Log,
  ) {}

  send(push: Push): SentPush {
    const delivery = this.deliveries.open(push.platform.appid, push.infoType, push.appid);
    let firstDone: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      firstDone = resolve;
    });
    const done = this.run(push, delivery, firstDone).finally(firstDone);
    if ((push.delayMs ?? 0) > 0) firstDone();
    return { push, delivery, first, done };
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.agent.destroy();
  }

  private async run(push: Push, delivery: Delivery, firstDone: () => void): Promise<void> {
    try {
      if (push.delayMs !== undefined && push.delayMs > 0) {
        await sleep(push.delayMs, undefined, { signal: this.stop.signal, ref: false });
      }
      if (push.lost === true) delivery.state = 'lost';
      else if (this.isBlocked(push.platform.appid)) delivery.state = 'blocked';
      else await this.attempts(push, delivery, firstDone);
    } catch {
      // only the end of the process breaks a wait
      delivery.state = 'failed';
    }
    this.note(push.platform.appid, delivery);
  }

  private async attempts(push: Push, delivery: Delivery, firstDone: () => void): Promise<void> {
    const { pushTries, pushRetryReencrypts } = this.faults.values;
    let parcel = this.wrap(push);
    for (let attempt = 1; attempt <= pushTries; attempt += 1) {
      if (attempt > 1) {
        await sleep(this.faults.values.pushRetryMs, undefined, { signal: this.stop.signal, ref: false });
        if (pushRetryReencrypts) parcel = this.wrap(push);
      }
      const ok = await this.post(parcel, delivery);
      firstDone();
      if (ok) {
        delivery.state = 'delivered';
        return;
      }
    }
    delivery.state = 'failed';
  }

  private wrap(push: Push): { url: string; body: string } {
    const { platform, message } = push;
    const timestamp = String(this.clock.seconds());
    const nonce = String(randomInt(1e8, 2e9));
    const encrypted = encryptPush(platform.encodingAesKey, platform.appid, push.xml);
    const wrong = push.wrongSignature === true || this.faults.values.pushWrongSignature;
    const url = new URL(message?.url ?? platform.eventUrl);
    const query = {
      signature: pushSignature(platform.token, timestamp, nonce),
      timestamp,
      nonce,
      ...(message === undefined ? {} : { openid: message.openid }),
      encrypt_type: 'aes',
      msg_signature: pushSignature(wrong ? `${platform.token}x` : platform.token, timestamp, nonce, encrypted),
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const body =
      message === undefined
        ? envelopeXml('AppId', platform.appid, encrypted)
        : envelopeXml('ToUserName', message.toUserName, encrypted);
    return { url: url.href, body };
  }

  private async post(parcel: { url: string; body: string }, delivery: Delivery): Promise<boolean> {
    const started = performance.now();
    const at = new Date().toISOString();
    let status: number | null = null;
    let error: string | null = null;
    try {
      const timeout = AbortSignal.timeout(this.faults.values.pushTimeoutMs);
      const answer = await request(parcel.url, {
        method: 'POST',
        headers: { 'content-type': 'text/xml', accept: '*/*', 'user-agent': 'Mozilla/4.0' },
        body: parcel.body,
        dispatcher: this.agent,
        signal: AbortSignal.any([timeout, this.stop.signal]),
      });
      status = answer.statusCode;
      const text = await readAtMost(answer.body, ANSWER_LIMIT);
      if (status !== 200) error = 'status is not 200';
      else if (text !== 'success') error = 'body is not success';
    } catch (problem) {
      error = nameOf(problem);
    }
    delivery.attempts.push({ at, status, ok: error === null, ms: Math.round(performance.now() - started), error });
    return error === null;
  }

  private isBlocked(component: string): boolean {
    return (this.failuresInRow.get(component)?.blockedUntil ?? 0) > Date.now();
  }

  private note(component: string, delivery: Delivery): void {
    const limit = this.faults.values.pushBlockAfterFailures;
    if (delivery.state === 'delivered') this.failuresInRow.delete(component);
    if (delivery.state === 'failed') {
      const count = (this.failuresInRow.get(component)?.count ?? 0) + 1;
      const blockedUntil = limit > 0 && count >= limit ? Date.now() + BLOCK_MS : 0;
      this.failuresInRow.set(component, { count: blockedUntil > 0 ? 0 : count, blockedUntil });
    }
    if (this.stop.signal.aborted) return;
    this.log(delivery.state === 'delivered' ? 'info' : 'warn', 'push', {
      component_appid: component,
      info_type: delivery.info_type,
      appid: delivery.appid,
      state: delivery.state,
      tries: delivery.attempts.length,
    });
  }
}

async function readAtMost(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The kind of failure only: messages of network errors can quote the address with its query. */
function nameOf(problem: unknown): string {
  const { name, code } = problem as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}
