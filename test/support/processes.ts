import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const LOG_DIR = process.env['TEST_LOG_DIR'] ?? join(tmpdir(), 'wpg-test-logs');

export const dist = (entry: string): string => join(ROOT, 'dist', entry);

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        done(port);
      });
    });
  });
}

/** Repeats until `look` gives something; fails with `what` after the deadline (real time). */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

/** What is still running when the tests end goes with them. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One of our programs as a process of its own; its output goes to a file that later tests search for secrets. */
export class Program {
  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
    private readonly ended: Promise<number | null>,
    private readonly output: { text: string },
  ) {}

  static start(name: string, entry: string, env: Record<string, string>, args: readonly string[] = []): Program {
    mkdirSync(LOG_DIR, { recursive: true });
    const options = { cwd: ROOT, env: { ...baseEnv(), ...env }, stdio: 'pipe' } as const;
    const child = spawn(process.execPath, [dist(entry), ...args], options);
    running.add(child);
    const log = createWriteStream(join(LOG_DIR, `${name}-${child.pid ?? 0}.log`));
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        output.text = (output.text + piece.toString()).slice(-20_000);
        log.write(piece);
      });
    }
    const ended = new Promise<number | null>((done) =>
      child.once('exit', (code) => {
        running.delete(child);
        log.end();
        done(code);
      }),
    );
    return new Program(name, child, ended, output);
  }

  get lastOutput(): string {
    return this.output.text;
  }

  async ready(url: string): Promise<void> {
    const state = { ended: false };
    void this.ended.then(() => (state.ended = true));
    await until(
      `${this.name} is ready`,
      async () => {
        if (state.ended) throw new Error(`${this.name} ended:\n${this.lastOutput}`);
        return fetch(url).then(
          (answer) => answer.ok,
          () => false,
        );
      },
      120_000,
    );
  }

  /** Its exit code, once it has ended by itself. */
  exit(): Promise<number | null> {
    return this.ended;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}

/** What a program needs of the test runner's environment; nothing of what the runner was told itself. */
function baseEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_ENV: 'production' };
}
