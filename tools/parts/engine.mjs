import { statSync } from 'node:fs';
import { tail } from './files.mjs';
import { Guarded, runGuarded } from './guarded.mjs';
import { waitReady } from './ports.mjs';

/**
 * @typedef {object} EngineSpec
 * @property {'database' | 'redis'} name
 * @property {string} source
 * @property {string} url
 * @property {number} port
 * @property {string} dataDir
 * @property {string} log
 * @property {import('./guarded.mjs').GuardedSpec} command
 * @property {() => Promise<boolean>} isReady
 * @property {number} readyMs
 */

/** A private server under a guard. It can be stopped, crashed and started again on the same port and data. */
export class Engine {
  #guarded = null;
  #onLost = null;

  /** @param {EngineSpec} spec */
  constructor(spec) {
    this.spec = spec;
    this.name = spec.name;
    this.url = spec.url;
    this.source = spec.source;
    this.dataDir = spec.dataDir;
  }

  /** pid of the server itself */
  get pid() {
    return this.#guarded?.pid;
  }

  /** @param {() => void} tell called when it ends without having been asked to */
  onLost(tell) {
    this.#onLost = tell;
  }

  /** Starts it and waits until it answers; rejects with the reason. */
  async start() {
    const { log, command, isReady, readyMs, name } = this.spec;
    const offset = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    if (command.after) await runGuarded({ command: command.after[0], args: command.after.slice(1) });
    const guarded = new Guarded({ ...command, log });
    this.#guarded = guarded;
    const outcome = await waitReady(isReady, guarded.ended, readyMs);
    if (outcome !== 'ready') {
      this.#guarded = null;
      await guarded.stop();
      const reason = outcome === 'late' ? `did not answer within ${readyMs / 1000} s` : 'ended at once';
      throw new Error(`${name} ${reason}: ${(await tail(log, 3, offset)).replaceAll('\n', ' | ')} (log: ${log})`);
    }
    await guarded.started;
    void guarded.ended.then(() => {
      if (this.#guarded === guarded) this.#onLost?.();
    });
  }

  async stop() {
    const guarded = this.#guarded;
    this.#guarded = null;
    await guarded?.stop();
  }

  /** Ends it as a crash would; start() brings it back. */
  async crash() {
    const guarded = this.#guarded;
    this.#guarded = null;
    await guarded?.crash();
    guarded?.kill();
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  kill() {
    this.#guarded?.kill();
  }
}
