import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type FastifyInstance } from 'fastify';
import { createSandboxApp } from '../src/sandbox-app';
import { createWorld, type World } from '../src/world';

export const PLATFORM = 'wx00000000000000aa';
export const ACCOUNT = 'wx00000000000000bb';
export const SECRET = 'platform-secret';
export const CALLBACK_TOKEN = 'callback-token';
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
/** 10:00 in Beijing: yesterday is ready. */
export const START = Date.parse('2026-03-10T02:00:00Z');

type Json = Record<string, unknown>;

export interface SandboxFixture {
  readonly world: World;
  readonly app: FastifyInstance;
  advance(seconds: number): void;
  control(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Json>;
  /** A WeChat call; the token goes into `access_token`. */
  call(path: string, token: string | null, body: unknown): Promise<Json>;
  /** Buys a component token with a new ticket. */
  componentToken(): Promise<string>;
  /** Authorizes through the control route, exchanges the code, gives both tokens. */
  connect(appid?: string, sets?: number[]): Promise<{ access: string; refresh: string }>;
}

/** A sandbox on a clock that stands still, with one platform (pushes go to `eventUrl`) and one account. */
export async function startFixture(eventUrl = 'http://127.0.0.1:9/events'): Promise<SandboxFixture> {
  let wallMs = START;
  const world = createWorld({ wall: () => wallMs });
  world.faults.merge({ pushTries: 1, pushRetryMs: 5 });
  const app = createSandboxApp(world);
  const control: SandboxFixture['control'] = async (method, path, body) => {
    const answer = await app.inject({
      method,
      url: `/sandbox${path}`,
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, ...answer.json<Json>() };
  };
  const call: SandboxFixture['call'] = async (path, token, body) => {
    const url = token === null ? path : `${path}?access_token=${encodeURIComponent(token)}`;
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    return (await app.inject({ method: 'POST', url, payload })).json<Json>();
  };
  const componentToken = async (): Promise<string> => {
    await control('POST', '/push', { component_appid: PLATFORM, kind: 'ticket', wait: false });
    const ticket = world.store.platforms.get(PLATFORM)?.tickets.at(-1)?.value;
    const body = { component_appid: PLATFORM, component_appsecret: SECRET, component_verify_ticket: ticket };
    const answer = await call('/cgi-bin/component/api_component_token', null, body);
    return String(answer['component_access_token']);
  };
  const connect: SandboxFixture['connect'] = async (appid = ACCOUNT, sets = [1, 2]) => {
    const act = await control('POST', `/accounts/${appid}/authorize`, { component_appid: PLATFORM, sets });
    const answer = await call('/cgi-bin/component/api_query_auth', await componentToken(), {
      component_appid: PLATFORM,
      authorization_code: act['authorization_code'],
    });
    const info = answer['authorization_info'] as Json;
    return { access: String(info['authorizer_access_token']), refresh: String(info['authorizer_refresh_token']) };
  };
  await control('POST', '/platforms', {
    appid: PLATFORM,
    secret: SECRET,
    token: CALLBACK_TOKEN,
    encodingAesKey: AES_KEY,
    eventUrl,
    messageUrl: eventUrl.replace('events', 'accounts/$APPID$/messages'),
    domain: 'gateway.example:3000',
  });
  await control('POST', '/accounts', { appid: ACCOUNT, name: 'Tea house', birth: '2020-01-01' });
  const advance = (seconds: number): void => {
    wallMs += seconds * 1000;
  };
  return { world, app, advance, control, call, componentToken, connect };
}

export async function stopFixture(fixture: SandboxFixture): Promise<void> {
  fixture.world.tickets.stop();
  await fixture.world.pusher.close();
  await fixture.app.close();
}

export interface ReceivedPush {
  readonly url: URL;
  readonly body: string;
}

export interface PushReceiver {
  readonly origin: string;
  readonly received: ReceivedPush[];
  /** Answers of the next requests; then "success". */
  readonly answers: { status: number; body: string; afterMs?: number }[];
  close(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A platform's event URL on a real port. */
export async function startReceiver(): Promise<PushReceiver> {
  const received: ReceivedPush[] = [];
  const answers: PushReceiver['answers'] = [];
  const server: Server = createServer((request, response) => {
    void readText(request).then((body) => {
      received.push({ url: new URL(request.url ?? '/', 'http://receiver'), body });
      const answer = answers.shift() ?? { status: 200, body: 'success' };
      setTimeout(() => response.writeHead(answer.status).end(answer.body), answer.afterMs ?? 0).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, answers, close };
}
