import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { AccountReader, PushInbox } from '@app/credentials';
import { FakeClock } from '@app/kernel';
import { Pool } from 'undici';
import {
  AES_KEY,
  CALLBACK_TOKEN,
  PLATFORM,
  seed,
  startProcess,
  type Process,
} from '../../../libs/credentials/src/testing/harness';
import { rereadAccount } from '../../../libs/credentials/src/credentials.jobs';
import { TokenTimings } from '../../../libs/credentials/src/tokens/token-timings';
import { Program, until } from '../processes';
import { SandboxDriver } from '../sandbox';
import { openTestDatabase, type TestDatabase } from '../test-database';

/** WeChat as a process of its own, and two processes' worth of the product on one database; both clocks stand still until moved. */
export class OrderWorld {
  private turn = 0;

  readonly sandbox: SandboxDriver;
  readonly database: TestDatabase;
  readonly processes: readonly [Process, Process];
  private readonly pool: Pool;

  private constructor(
    private readonly parts: { readonly program: Program; readonly listener: Server; readonly clock: FakeClock },
    place: {
      readonly origin: string;
      readonly database: TestDatabase;
      readonly processes: readonly [Process, Process];
    },
  ) {
    this.sandbox = new SandboxDriver(place.origin);
    this.database = place.database;
    this.processes = place.processes;
    this.pool = new Pool(place.origin);
  }

  /** WeChat's time and ours. */
  get now(): Date {
    return this.parts.clock.now();
  }

  static async start(start: string): Promise<OrderWorld> {
    // A million statements each note where they came from.
    Error.stackTraceLimit = 2;
    const program = Program.start('sandbox', 'apps/wechat-sandbox/src/main.js', {
      SANDBOX_PORT: '0',
      SANDBOX_PARENT_WATCH: '1',
    });
    const port = await until('the sandbox names its port', () =>
      Promise.resolve(/"msg":"listening","port":(\d+)/.exec(program.lastOutput)?.[1]),
    );
    const origin = `http://127.0.0.1:${port}`;
    await new SandboxDriver(origin).setClock(start, 0);
    const clock = new FakeClock(start);
    const database = await openTestDatabase();
    await seed(database.dataSource, new Date(clock.now().getTime() - 60_000));
    const timings = new TokenTimings(20_000, 10_000);
    const processes = [
      await startProcess(database.url, origin, clock, timings),
      await startProcess(database.url, origin, clock, timings),
    ] as const;
    const listener = await listen(processes[0]);
    const world = new OrderWorld({ program, listener, clock }, { origin, database, processes });
    const eventUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/events`;
    await world.sandbox.control('POST', 'platforms', {
      ...{ appid: PLATFORM.appid, secret: 'app-secret', token: CALLBACK_TOKEN, encodingAesKey: AES_KEY },
      ...{ eventUrl, domain: 'wx.example' },
    });
    await until('the ticket', async () => {
      const rows = await database.dataSource.query(
        "SELECT id FROM push_event WHERE info_type = 'component_verify_ticket'",
      );
      return (rows as unknown[]).length > 0;
    });
    return world;
  }

  /** One of the product's processes, each in its turn. */
  process(): Process {
    return this.processes[this.turn++ % 2]!;
  }

  /** What a worker would: reads INFO of accounts again whose reading failed after a grant. How many they were. */
  async makeUpReads(): Promise<number> {
    let made = 0;
    for (const { module, jobs } of this.processes) {
      for (const { name, payload } of jobs.jobs.splice(0)) {
        if (name !== rereadAccount.name) continue;
        await module.get(AccountReader).reread((payload as { accountId: number }).accountId);
        made++;
      }
    }
    return made;
  }

  async moveTo(at: Date): Promise<void> {
    this.parts.clock.set(at);
    await this.sandbox.setClock(at.toISOString(), 0);
  }

  /** A call as the product makes it, without the product. */
  async call(path: string, token: string, body: object): Promise<any> {
    const parameter = path.startsWith('/cgi-bin/component/') ? 'component_access_token' : 'access_token';
    const answer = await this.pool.request({
      method: 'POST',
      path: `${path}?${parameter}=${encodeURIComponent(token)}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.body.json();
  }

  /** A control route of the sandbox, over kept connections. */
  async act(path: string, body: object): Promise<any> {
    const answer = await this.pool.request({ method: 'POST', path: `/sandbox/${path}`, body: JSON.stringify(body) });
    const told: any = await answer.body.json();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(told)}`);
    return told;
  }

  async close(): Promise<void> {
    for (const process of this.processes) await process.close();
    await this.pool.close();
    this.parts.listener.close();
    await this.parts.program.stop();
    await this.database.drop();
  }
}

/** Takes in what the sandbox pushes by itself: tickets. */
async function listen(process: Process): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '/', 'http://listener').searchParams;
      const text = (name: string): string => query.get(name) ?? '';
      const signed = { timestamp: text('timestamp'), nonce: text('nonce'), msgSignature: text('msg_signature') };
      void process.module
        .get(PushInbox)
        .receive(PLATFORM.appid, signed, Buffer.concat(chunks))
        .then(
          () => response.end('success'),
          () => response.writeHead(503).end(),
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** At most `width` at a time. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>, width = 24): Promise<void> {
  const left = items.values();
  const line = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: width }, line));
}
