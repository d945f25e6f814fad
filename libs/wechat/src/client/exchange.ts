import { type Dispatcher } from 'undici';
import { isRecord } from '../record';
import { type TransportFault, WechatTransportError } from './transport-error';
import { type WechatCall } from './wechat-call';

/** What came over the wire, whatever it is. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** WeChat's own time (the Date header), whole seconds; null when it told none. */
  readonly date: Date | null;
}

export interface ExchangeRequest {
  readonly call: WechatCall;
  /** With the query, hence with the token. */
  readonly path: string;
  readonly body: string;
  /** From now to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * Sends one POST and collects the answer. Throws WechatTransportError. It speaks undici's dispatch interface because
 * that lets one timer cover the wait for a connection as well, and costs less than a stream and an abort signal per call.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { path, body, signal } = request;
    if (signal?.aborted === true) {
      reject(new WechatTransportError('aborted', request.call));
      return;
    }
    dispatcher.dispatch({ method: 'POST', path, body, headers: HEADERS }, new Exchange(request, resolve, reject));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = (): void => {
    this.stop('aborted');
  };
  private controller: Dispatcher.DispatchController | null = null;
  private settled = false;
  private status = 0;
  private date: Date | null = null;
  private chunks: Buffer[] = [];

  constructor(
    private readonly request: ExchangeRequest,
    private readonly resolve: (answer: RawAnswer) => void,
    private readonly reject: (error: WechatTransportError) => void,
  ) {
    this.timer = setTimeout(stopLate, request.timeoutMs, this);
    request.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** Called when a connection is free. A call that was given up while it waited is not sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.settled) controller.abort(new Error('given up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.status = status;
    this.date = readDate(headers['date']);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.settle()) return;
    const [first] = this.chunks;
    const bytes = first !== undefined && this.chunks.length === 1 ? first : Buffer.concat(this.chunks);
    this.resolve({ status: this.status, text: bytes.toString('utf8'), date: this.date });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.settle()) this.reject(new WechatTransportError(faultOf(error), this.request.call, { cause: error }));
  }

  stop(fault: 'timeout' | 'aborted'): void {
    if (!this.settle()) return;
    this.reject(new WechatTransportError(fault, this.request.call));
    this.controller?.abort(new Error('given up'));
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.timer);
    this.request.signal?.removeEventListener('abort', this.onAbort);
    return true;
  }
}

function stopLate(exchange: Exchange): void {
  exchange.stop('timeout');
}

function readDate(header: string | string[] | undefined): Date | null {
  const ms = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
}

function faultOf(error: unknown): TransportFault {
  const code = isRecord(error) ? error['code'] : null;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'answer_too_large';
  return code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'unreachable';
}
