import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import { Api } from './api';
import { dist, freePort, Program, until } from './processes';
import { SandboxDriver } from './sandbox';

const run = promisify(execFile);

export interface SystemOptions {
  readonly workers?: number;
  /** Sandbox time at the start; the system follows it. */
  readonly now?: string;
  readonly env?: Record<string, string>;
}

/** The whole product on loopback: sandbox, gateway and workers as processes, on a schema of their own. */
export class System {
  readonly gatewayOrigin: string;
  readonly sandbox: SandboxDriver;
  readonly secretKeys: string;
  gateway: Program;

  private constructor(
    private readonly programs: Program[],
    readonly env: Readonly<Record<string, string>>,
    readonly db: Connection,
    origins: { gateway: string; sandbox: string },
  ) {
    this.gatewayOrigin = origins.gateway;
    this.sandbox = new SandboxDriver(origins.sandbox);
    this.secretKeys = env['SECRET_KEYS'] ?? '';
  }

  static async start({ workers = 1, now, env = {} }: SystemOptions = {}): Promise<System> {
    const sandbox = Program.start('sandbox', 'apps/wechat-sandbox/src/main.js', {
      SANDBOX_PORT: '0',
      SANDBOX_PARENT_WATCH: '1',
    });
    const port = await until('the sandbox names its port', () => Promise.resolve(portIn(sandbox.lastOutput)));
    const sandboxOrigin = `http://127.0.0.1:${port}`;
    if (now !== undefined) await new SandboxDriver(sandboxOrigin).setClock(now);
    const { url, db } = await makeSchema();
    const gatewayOrigin = `http://127.0.0.1:${await freePort()}`;
    const all = {
      DATABASE_URL: url,
      REDIS_URL: required('REDIS_URL'),
      REDIS_PREFIX: `{wpg-test-${randomBytes(5).toString('hex')}}`,
      WECHAT_API_ORIGIN: sandboxOrigin,
      WECHAT_PAGE_ORIGIN: sandboxOrigin,
      CLOCK_SOURCE: 'sandbox',
      LOCAL_MODE: '1',
      SECRET_KEYS: `test:${randomBytes(32).toString('base64')}`,
      PARENT_WATCH: '1',
      // Receivers of webhooks are servers of the tests.
      WEBHOOK_LOOPBACK: '1',
      WEBHOOK_TIMEOUT_MS: '1000',
      // Tests that count calls make them themselves.
      FETCH_BACKFILL: '0',
      FETCH_DAILY: '0',
      FETCH_BULK_CALLS_A_DAY: '0',
      // Many tests send more in a minute than anybody should.
      KEY_REQUESTS_A_MINUTE: '0',
      USER_REQUESTS_A_MINUTE: '0',
      ...env,
    };
    await run(process.execPath, [dist('database/migrate.js')], { env: { ...process.env, ...all } });
    const system = new System([sandbox], all, db, { gateway: gatewayOrigin, sandbox: sandboxOrigin });
    try {
      await Promise.all([system.startGateway(), ...Array.from({ length: workers }, () => system.startWorker())]);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** The gateway, ready at its one address; for another start after it was stopped, with other settings if need be. */
  async startGateway(env: Record<string, string> = {}): Promise<Program> {
    const ports = { GATEWAY_PORT: new URL(this.gatewayOrigin).port, OPS_PORT: String(await freePort()) };
    this.gateway = Program.start('gateway', 'apps/gateway/src/main.js', { ...this.env, ...ports, ...env });
    this.programs.push(this.gateway);
    await this.gateway.ready(`${this.gatewayOrigin}/health/ready`);
    return this.gateway;
  }

  /** One more gateway process at an address of its own, ready. */
  async startAnotherGateway(): Promise<{ program: Program; origin: string }> {
    const ports = { GATEWAY_PORT: String(await freePort()), OPS_PORT: String(await freePort()) };
    const program = Program.start('gateway-2', 'apps/gateway/src/main.js', { ...this.env, ...ports });
    this.programs.push(program);
    const origin = `http://127.0.0.1:${ports.GATEWAY_PORT}`;
    await program.ready(`${origin}/health/ready`);
    return { program, origin };
  }

  /** One more worker process, ready. */
  async startWorker(env: Record<string, string> = {}): Promise<Program> {
    const opsPort = env['OPS_PORT'] ?? String(await freePort());
    const settings = { ...this.env, OPS_PORT: opsPort, ...env };
    const worker = Program.start('worker', 'apps/worker/src/main.js', settings);
    this.programs.push(worker);
    await worker.ready(`http://127.0.0.1:${opsPort}/health/ready`);
    return worker;
  }

  api(): Api {
    return new Api(this.gatewayOrigin);
  }

  /** A `host` made by the command a person uses; returns its password. */
  async createAdmin(email: string): Promise<string> {
    const password = randomBytes(18).toString('base64url');
    const child = execFile(
      process.execPath,
      [dist('apps/gateway/src/create-admin.js'), '--email', email, '--password-stdin'],
      {
        env: { ...process.env, ...this.env },
      },
    );
    child.stdin?.end(password);
    const code = await new Promise((done) => child.once('exit', done));
    if (code !== 0) throw new Error(`create-admin ended with ${String(code)}`);
    return password;
  }

  /** Moves time on; gateway and workers ask for it every 400 ms. */
  async moveClock(ms: number): Promise<void> {
    const { now } = await this.sandbox.control('GET', 'clock');
    await this.sandbox.setClock(new Date(Date.parse(now) + ms).toISOString());
    await new Promise((followed) => setTimeout(followed, 600));
  }

  async stop(): Promise<void> {
    for (const program of this.programs.toReversed()) await program.stop();
    await this.db.end();
  }
}

function portIn(output: string): number | null {
  const found = /"msg":"listening","port":(\d+)/.exec(output);
  return found ? Number(found[1]) : null;
}

async function makeSchema(): Promise<{ url: string; db: Connection }> {
  const url = new URL(required('DATABASE_URL'));
  const schema = `${url.pathname.slice(1)}_${randomBytes(4).toString('hex')}`;
  const server = await createConnection({ uri: url.href });
  await server.query(`CREATE DATABASE \`${schema}\` CHARACTER SET utf8mb4`);
  await server.end();
  url.pathname = `/${schema}`;
  return { url: url.href, db: await createConnection({ uri: url.href, dateStrings: ['DATE'], timezone: 'Z' }) };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
