import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './files.mjs';
import { processInfo, signal, until } from './processes.mjs';

const GUARD = path.join(ROOT, 'tools', 'guard.mjs');

/**
 * @typedef {object} GuardedSpec
 * @property {string} command
 * @property {string[]} [args] visible to other users of the machine: no secrets
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [log] file that receives the output; without it the output is kept in memory
 * @property {boolean} [inherit] the output goes to our own terminal
 * @property {number} [graceMs] from SIGTERM to SIGKILL
 * @property {number} [delayMs] how long the command outlives us when we are killed
 * @property {string[]} [after] command the guard runs last
 */

/** Every guarded command that has not ended. @type {Set<Guarded>} */
export const live = new Set();
/** Told about every new process, e.g. to note it in a lock file. @type {Set<(pid: number) => void>} */
export const observers = new Set();

export class Guarded {
  /** @param {GuardedSpec} spec */
  constructor(spec) {
    const { env = process.env, inherit = false, ...rest } = spec;
    const out = inherit ? 'inherit' : rest.log ? 'ignore' : 'pipe';
    this.output = '';
    this.process = spawn(process.execPath, [GUARD, JSON.stringify(rest)], {
      env,
      detached: true,
      stdio: ['pipe', out, out, 'pipe'],
    });
    live.add(this);
    for (const observe of observers) if (this.process.pid) observe(this.process.pid);
    this.process.stdin.on('error', () => {});
    this.process.stdout?.on('data', (chunk) => (this.output += chunk));
    this.process.stderr?.on('data', (chunk) => (this.output += chunk));
    /** @type {Promise<number>} the command's exit code; 137 when it was killed */
    this.ended = new Promise((resolve) => {
      this.process.on('error', () => resolve(127));
      this.process.on(inherit || rest.log ? 'exit' : 'close', (code) => resolve(code ?? 137));
    }).then((code) => {
      live.delete(this);
      // A killed guard leaves its command behind: the group still carries the guard's pid.
      if (code === 137) signal(-this.process.pid, 'SIGKILL');
      return code;
    });
    /** @type {Promise<number>} pid of the command itself */
    this.started = new Promise((resolve, reject) => {
      this.ended.then((code) => reject(new Error(`it ended at once with code ${code}`)));
      this.process.stdio[3].once('data', (line) => {
        const { pid, error } = JSON.parse(String(line));
        if (error) reject(new Error(error));
        else resolve((this.pid = pid));
        this.process.stdio[3].destroy();
      });
      this.process.stdio[3].on('error', () => {});
    });
    this.started.catch(() => {});
  }

  get isAlive() {
    return live.has(this);
  }

  /** Asks the command to stop and waits for it; its guard ends it by force after the grace time. */
  async stop() {
    if (this.isAlive) this.process.stdin.end('stop\n');
    await this.ended;
  }

  /** Ends guard and command at once. */
  kill() {
    if (this.isAlive) signal(-this.process.pid, 'SIGKILL');
  }

  /** Ends only the command, as a crash would. */
  async crash() {
    if (this.pid && processInfo(this.pid)) signal(this.pid, 'SIGKILL');
    await until(() => !this.isAlive, 5000);
  }
}

/**
 * Runs a command to its end.
 * @param {GuardedSpec & { limitMs?: number }} spec `limitMs`: it is ended by force after this, and its code is 137
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runGuarded({ limitMs, ...spec }) {
  const guarded = new Guarded({ graceMs: 2000, ...spec });
  const limit = limitMs ? setTimeout(() => guarded.kill(), limitMs) : undefined;
  const started = await guarded.started.then(
    () => null,
    (error) => error,
  );
  const code = await guarded.ended;
  clearTimeout(limit);
  return { code, output: guarded.output.trim() || (code === 127 && started ? started.message : '') };
}
