/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: any;
}

/** A client of the gateway's API with a cookie jar of one cookie, as a browser's tab would be. */
export class Api {
  private cookie: string | undefined;

  /** @param key an API key: such a client is a program, and has no session. */
  constructor(
    readonly origin: string,
    private readonly key?: string,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path, undefined, {});
  }

  /** An answer of server-sent events up to the text that is waited for, or to its end; then the connection is closed. */
  listen(path: string, until: RegExp, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers, until);
  }

  /** Any method, for tests that go through all routes. */
  request(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(method, path, body, headers);
  }

  /** Session cookie as the server set it, attributes included; null before login. */
  setCookie: string | null = null;

  async login(email: string, password: string): Promise<Answer> {
    const answer = await this.post('/api/v1/session', { email, password });
    if (answer.status !== 201) throw new Error(`login answered ${answer.status}: ${answer.text}`);
    return answer;
  }

  private async send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    until?: RegExp,
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.origin), {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) {
      this.setCookie = set;
      this.cookie = set.split(';', 1)[0];
    }
    const text = until ? await readUntil(response, until) : await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }
}

async function readUntil(response: Response, until: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    if (until.test(text)) break;
  }
  return text;
}
