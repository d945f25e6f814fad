import { until, Program } from './processes';
import { type System } from './system';

export interface TokenOrder {
  readonly kind: 'account' | 'component';
  readonly platformId: string;
  readonly appid: string;
  readonly componentAppid: string;
}

/** What became of many callers who asked one process for one token at once. */
export interface Served {
  readonly served: number;
  readonly errors: readonly string[];
  /** Digests of the different tokens they got. */
  readonly tokens: readonly string[];
  /** Until the slowest had its token. */
  readonly ms: number;
}

/** A process of its own that asks for tokens; test/drills/token-caller.mjs. */
export class TokenCaller {
  private constructor(
    readonly program: Program,
    private readonly origin: string,
  ) {}

  static async start(system: System): Promise<TokenCaller> {
    const program = Program.start('token-caller', '../test/drills/token-caller.mjs', { ...system.env, OPS_PORT: '0' });
    const port = await until(
      'a token caller listens',
      () => Promise.resolve(/"msg":"listening","port":(\d+)/.exec(program.lastOutput)?.[1] ?? null),
      60_000,
    );
    return new TokenCaller(program, `http://127.0.0.1:${port}`);
  }

  get(order: TokenOrder, callers: number): Promise<Served> {
    return this.post('get', { ...order, callers }) as Promise<Served>;
  }

  /** 0 when the token works at WeChat. */
  async use(order: TokenOrder, day: string): Promise<number | null> {
    const { errcode } = (await this.post('use', { ...order, day })) as { errcode: number | null };
    return errcode;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.program.child.kill(name);
  }

  private async post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.origin}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  }
}
