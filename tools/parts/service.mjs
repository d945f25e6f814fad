import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { privateDir, ROOT, tail } from './files.mjs';
import { observers } from './guarded.mjs';
import { httpAnswers, waitReady } from './ports.mjs';
import { signal, sleep } from './processes.mjs';
import { Refusal } from './refusal.mjs';

const LARGEST_LOG = 10 * 1024 * 1024;

/** Empties a log that has grown too large. */
export async function trimLog(file) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG) await fs.truncate(file);
}

/**
 * One of our own programs. It exits when its standard input ends, so it needs no guard.
 * @typedef {{ name: string, entry: string, env: NodeJS.ProcessEnv, readyUrl: string, logDir: string, graceMs?: number,
 *   readyMs?: number, flags?: readonly string[] }} ServiceSpec
 */
export class Service {
  #isAsked = false;

  /** @param {ServiceSpec} spec */
  constructor(spec) {
    this.spec = spec;
    this.name = spec.name;
    this.log = path.join(spec.logDir, `${spec.name}.log`);
  }

  get pid() {
    return this.process?.pid;
  }

  /** Starts it and waits until it answers. @param {() => void} [onLost] called when it ends without being asked to */
  async start(onLost) {
    const { name, entry, env, readyUrl, logDir, readyMs = 60_000, flags = [] } = this.spec;
    await privateDir(logDir);
    await trimLog(this.log);
    const output = openSync(this.log, 'a', 0o600);
    writeSync(output, `--- started ${new Date().toISOString()}\n`);
    const offset = statSync(this.log).size;
    // A session of its own keeps a terminal's Ctrl-C away from it: we stop all of it in order.
    this.process = spawn(process.execPath, ['--enable-source-maps', ...flags, entry], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['pipe', output, output],
    });
    closeSync(output);
    this.process.stdin.on('error', () => {});
    this.#isAsked = false;
    for (const observe of observers) if (this.process.pid) observe(this.process.pid);
    this.ended = new Promise((resolve) => {
      this.process.on('error', () => resolve());
      this.process.on('exit', () => resolve());
    });
    const outcome = await waitReady(() => httpAnswers(readyUrl), this.ended, readyMs);
    if (outcome !== 'ready') {
      await this.stop();
      const reason = outcome === 'late' ? `was not ready within ${readyMs / 1000} s` : 'ended at once';
      throw new Refusal(`The ${name} ${reason}. The end of ${this.log}:\n${await tail(this.log, 15, offset)}`);
    }
    void this.ended.then(() => {
      if (!this.#isAsked) onLost?.();
    });
  }

  /** Asks it to stop, waits, and ends it by force after the grace time. */
  async stop() {
    if (!this.process) return;
    this.#isAsked = true;
    this.process.stdin.end();
    if (this.#isRunning) signal(this.process.pid, 'SIGTERM');
    await Promise.race([this.ended, sleep(this.spec.graceMs ?? 2000)]);
    this.kill();
    await this.ended;
  }

  kill() {
    if (this.#isRunning) signal(this.process.pid, 'SIGKILL');
  }

  get #isRunning() {
    return this.process?.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }
}
