import { type Secret } from '@app/kernel';
import { Pool } from 'undici';
import { type CallSide } from '../errcodes/errcode';
import { isRecord, type JsonRecord } from '../record';
import { exchange } from './exchange';
import { WechatTransportError } from './transport-error';
import { WECHAT_CALLS, type WechatCall } from './wechat-call';
import { WechatApiError } from './wechat-error';

/** What is known of a finished call; holds no secret. */
export interface CallReport {
  readonly call: WechatCall;
  /** 0 on success, WeChat's code when it refused, null when there was no usable answer. */
  readonly errcode: number | null;
  readonly ms: number;
  readonly ok: boolean;
}

export interface WechatClientOptions {
  /** E.g. https://api.weixin.qq.com, without a path. */
  readonly apiOrigin: string;
  /** For the whole call: waiting for a connection, connecting, sending, and the last byte of the answer. */
  readonly timeoutMs: number;
  /** At most this many connections, one call at a time on each. Default 128. */
  readonly connections?: number;
  /** Default 2 MB: a page of 500 accounts takes about 0.1 MB. */
  readonly maxAnswerBytes?: number;
  readonly onCall?: (report: CallReport) => void;
}

export interface Outgoing {
  readonly call: WechatCall;
  /** Absent where the body carries the AppSecret. */
  readonly token?: Secret;
  /** JSON. */
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
  /** Told WeChat's own time when an answer comes, a refusal included. */
  readonly onServerDate?: ((date: Date) => void) | undefined;
  /** Where the kind of token, not the call, decides what an errcode means. */
  readonly on?: CallSide;
}

/** Sends one call over kept-alive connections, and turns everything that is not a good answer into one of two errors. */
export class WechatTransport {
  private readonly pool: Pool;

  constructor(private readonly options: WechatClientOptions) {
    this.pool = new Pool(options.apiOrigin, {
      connections: options.connections ?? 128,
      pipelining: 1,
      maxResponseSize: options.maxAnswerBytes ?? 2 * 1024 * 1024,
      connectTimeout: options.timeoutMs,
      // One deadline of our own covers both, and the wait for a connection too.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Sends, and reads the answer. `read` gets an object whose errcode is 0 or absent.
   * Throws WechatApiError, WechatTransportError.
   */
  async send<T>(outgoing: Outgoing, read: (answer: JsonRecord) => T): Promise<T> {
    const start = performance.now();
    try {
      const result = read(await this.answer(outgoing));
      this.report(outgoing.call, 0, start);
      return result;
    } catch (error) {
      this.report(outgoing.call, error instanceof WechatApiError ? error.errcode : null, start);
      throw error;
    }
  }

  /** Lets calls under way finish. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  private async answer(outgoing: Outgoing): Promise<JsonRecord> {
    const { call } = outgoing;
    const { timeoutMs } = this.options;
    const request = { call, path: pathOf(outgoing), body: outgoing.body, timeoutMs, signal: outgoing.signal };
    const { status, text, date } = await exchange(this.pool, request);
    if (date !== null) outgoing.onServerDate?.(date);
    if (status !== 200) throw new WechatTransportError('http_status', call, { detail: { status } });
    const answer = parseJson(text);
    if (answer === null) throw new WechatTransportError('not_json', call);
    const errcode = answer['errcode'] ?? 0;
    if (errcode === 0) return answer;
    if (!Number.isSafeInteger(errcode)) {
      throw new WechatTransportError('answer_invalid', call, { detail: { field: 'errcode' } });
    }
    throw new WechatApiError(call, outgoing.on ?? WECHAT_CALLS[call].on, errcode as number, answer['errmsg']);
  }

  private report(call: WechatCall, errcode: number | null, start: number): void {
    try {
      this.options.onCall?.({ call, errcode, ms: performance.now() - start, ok: errcode === 0 });
    } catch {
      // An answer may hold the only copy of a new token: it is not lost for a failing metric.
    }
  }
}

function pathOf({ call, token }: Outgoing): string {
  const { path, tokenParameter } = WECHAT_CALLS[call];
  if (tokenParameter === null || token === undefined) return path;
  return `${path}?${tokenParameter}=${encodeURIComponent(token.reveal())}`;
}

function parseJson(text: string): JsonRecord | null {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) ? answer : null;
  } catch {
    // The parser's message quotes the answer, which may hold a token.
    return null;
  }
}
