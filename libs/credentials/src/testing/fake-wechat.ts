import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

type Body = Readonly<Record<string, unknown>>;
type Behaviour = (body: Body, token: string | null) => unknown;

/** A local HTTP server that answers each component call as the test says, and counts what was asked. */
export class FakeWechat {
  /** As an answer: the call was carried out, and the connection breaks. */
  readonly hangUp = Symbol('hang up');
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly asked: { readonly call: string; readonly body: Body }[] = [];
  private readonly server = createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<FakeWechat> {
    const fake = new FakeWechat();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Back to a WeChat where everything works: tokens are `<call>-<n>`, and every account granted set 2. */
  reset(): void {
    this.asked.length = 0;
    this.behaviours.clear();
    this.on('api_component_token', () => ({
      component_access_token: `ct-${this.count('api_component_token')}`,
      expires_in: 7200,
    }));
    this.on('api_create_preauthcode', () => ({
      pre_auth_code: `pre-${this.count('api_create_preauthcode')}`,
      expires_in: 1800,
    }));
    this.on('api_start_push_ticket', () => ({ errcode: 0, errmsg: 'ok' }));
    this.on('api_authorizer_token', () => ({
      authorizer_access_token: `at-${this.count('api_authorizer_token')}`,
      expires_in: 7200,
      authorizer_refresh_token: 'rt-1',
    }));
    this.on('api_get_authorizer_info', ({ authorizer_appid: appid }) => info(String(appid)));
  }

  on(call: string, behaviour: Behaviour): void {
    this.behaviours.set(call, behaviour);
  }

  count(call: string): number {
    return this.asked.filter((one) => one.call === call).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://fake');
    const call = url.pathname.split('/').at(-1) ?? '';
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    this.asked.push({ call, body });
    const token = url.searchParams.get('component_access_token') ?? url.searchParams.get('access_token');
    const answer = await this.behaviours.get(call)?.(body, token);
    if (answer === this.hangUp) {
      response.socket?.destroy();
      return;
    }
    response.end(JSON.stringify(answer ?? { errcode: 40066, errmsg: 'invalid url' }));
  }
}

export function sets(...ids: readonly number[]): object[] {
  return ids.map((id) => ({ funcscope_category: { id } }));
}

/** An answer of api_get_authorizer_info. */
export function info(
  appid: string,
  overrides: { refreshToken?: string; sets?: number[]; profile?: object } = {},
): object {
  return {
    authorizer_info: {
      nick_name: `Name of ${appid}`,
      service_type_info: { id: 2 },
      verify_type_info: { id: 0 },
      account_status: 1,
      ...overrides.profile,
    },
    authorization_info: {
      authorizer_appid: appid,
      authorizer_refresh_token: overrides.refreshToken ?? 'rt-1',
      func_info: sets(...(overrides.sets ?? [2])),
    },
  };
}

/** An answer of api_query_auth. */
export function queryAuth(
  appid: string,
  overrides: { n?: number; sets?: number[]; refreshToken?: string } = {},
): object {
  const n = overrides.n ?? 1;
  return {
    authorization_info: {
      authorizer_appid: appid,
      authorizer_access_token: `qt-${n}`,
      expires_in: 7200,
      authorizer_refresh_token: overrides.refreshToken ?? `rt-${n}`,
      func_info: sets(...(overrides.sets ?? [2])),
    },
  };
}

/** A promise and the way to settle it, for answers that come when the test wants. */
export function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
