import { randomInt } from 'node:crypto';
import { Agent, request } from 'undici';
import { type SandboxClock } from '../clock/sandbox-clock';
import { encryptPush, pushSignature } from '../crypto/push-cipher';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Platform } from '../state/model';
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

export interface Parcel {
  readonly url: string;
  readonly body: string;
}

/** What came back; `error` names what kept anything from coming. */
export interface PushAnswer {
  readonly status: number | null;
  readonly text: string;
  readonly ms: number;
  readonly error: string | null;
}

const ANSWER_LIMIT = 65_536;

/** Wraps pushes for the wire and carries them, once each. */
export class PushPost {
  private readonly agent = new Agent({ connect: { timeout: 3000 }, pipelining: 0, keepAliveTimeout: 1000 });

  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
  ) {}

  wrap(push: Push): Parcel {
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

  async send(parcel: Parcel, end: AbortSignal): Promise<PushAnswer> {
    const started = performance.now();
    let status: number | null = null;
    let text = '';
    let error: string | null = null;
    try {
      const timeout = AbortSignal.timeout(this.faults.values.pushTimeoutMs);
      const answer = await request(parcel.url, {
        method: 'POST',
        headers: { 'content-type': 'text/xml', accept: '*/*', 'user-agent': 'Mozilla/4.0' },
        body: parcel.body,
        dispatcher: this.agent,
        signal: AbortSignal.any([timeout, end]),
      });
      status = answer.statusCode;
      text = await readAtMost(answer.body, ANSWER_LIMIT);
    } catch (problem) {
      error = nameOf(problem);
    }
    return { status, text, ms: Math.round(performance.now() - started), error };
  }

  async close(): Promise<void> {
    await this.agent.destroy();
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
