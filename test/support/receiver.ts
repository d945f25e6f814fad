import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './processes';

/** A delivery as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
  readonly json: any;
}

/** What the receiver does with a delivery: a status, a status with headers, or silence. */
export type Reply = number | { readonly status: number; readonly headers: Record<string, string> } | 'silence';

/** A program of a provider's that takes webhooks, on loopback. */
export class Receiver {
  readonly received: Received[] = [];
  /** The next replies in turn; then 204. */
  replies: Reply[] = [];
  /** The reply when none is left. */
  otherwise: Reply = 204;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      request.on('end', () => {
        const { headers, url: path = '' } = request;
        receiver.received.push({ path, headers, body, id: String(headers['webhook-id']), json: JSON.parse(body) });
        const reply = receiver.replies.shift() ?? receiver.otherwise;
        if (reply === 'silence') return;
        const { status, headers: extra = {} } = typeof reply === 'number' ? { status: reply } : reply;
        response.writeHead(status, extra).end(status < 300 ? '' : `no: ${status}`);
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/in?token=hush`;
  }

  ofType(type: string): Received[] {
    return this.received.filter(({ json }) => json.type === type);
  }

  async waitFor(type: string, count = 1, ms?: number): Promise<Received> {
    await until(`${count} × ${type}`, () => Promise.resolve(this.ofType(type).length >= count), ms);
    return this.ofType(type)[count - 1]!;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** Judged by the library of Standard Webhooks; throws for a wrong signature. */
export function verified({ body, headers }: Received, secret: string): any {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
