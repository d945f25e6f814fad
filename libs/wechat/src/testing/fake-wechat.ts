import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string;
  readonly socket: Socket;
}

type Behaviour = (response: ServerResponse, call: ReceivedCall) => void;

/** A local HTTP server that answers as the test says, and remembers what was asked. */
export class FakeWechat {
  readonly received: ReceivedCall[] = [];
  private behaviour: Behaviour = (response) => response.end('{}');
  private readonly server = createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<FakeWechat> {
    const fake = new FakeWechat();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  behaves(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  /** Text is sent as it stands, anything else as JSON. */
  answers(body: unknown, status = 200): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.behaviour = (response) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://fake');
    const call: ReceivedCall = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      contentType: request.headers['content-type'] ?? '',
      body: Buffer.concat(chunks).toString(),
      socket: request.socket,
    };
    this.received.push(call);
    this.behaviour(response, call);
  }
}
