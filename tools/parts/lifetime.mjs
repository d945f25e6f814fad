import { live } from './guarded.mjs';
import { isSameAlive, npmAncestors, sleep } from './processes.mjs';
import { Refusal } from './refusal.mjs';

/**
 * What this command has started, and its end. Everything is stopped in reverse order of start on a signal, when npm
 * is gone, or after a failure; what has not ended at the deadline is killed.
 */
export class Lifetime {
  #stops = [];
  #kills = [];
  #last = [];
  #ending = null;

  constructor({ deadlineMs = 8000 } = {}) {
    this.deadlineMs = deadlineMs;
    /** Exit code after a signal; a command that runs until it is told to stop sets 0. */
    this.signalCode = 130;
  }

  get isEnding() {
    return this.#ending !== null;
  }

  /** @param {() => Promise<unknown>} stop @param {() => void} [kill] ends it by force, at once */
  onStop(stop, kill) {
    this.#stops.push(stop);
    if (kill) this.#kills.push(kill);
  }

  /** @param {() => void} say run when all has been stopped */
  onExit(say) {
    this.#last.push(say);
  }

  /** Ends on SIGINT, SIGTERM and SIGHUP (a second one: by force) and when a process between npm and this one is gone. */
  watch() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(name, () => {
        if (this.isEnding) this.#killAll();
        else void this.end(this.signalCode, 'Stopping …');
      });
    }
    process.on('uncaughtException', (error) => void this.fail(error));
    process.on('unhandledRejection', (error) => void this.fail(error));
    const parent = process.ppid;
    const ancestors = npmAncestors();
    setInterval(() => {
      const isOrphan = ancestors.length > 0 && (process.ppid !== parent || !ancestors.every(isSameAlive));
      if (isOrphan) void this.end(1, 'npm has gone: stopping …');
    }, 500).unref();
  }

  #killAll() {
    for (const kill of this.#kills) kill();
    for (const guarded of live) guarded.kill();
  }

  /** @param {unknown} error a Refusal is printed as its message, anything else with its stack */
  fail(error) {
    if (this.isEnding) return this.#ending;
    return this.end(1, error instanceof Refusal ? error.message : String(error?.stack ?? error));
  }

  /** Stops everything, then exits. @param {number} code @param {string} [sentence] */
  end(code, sentence) {
    this.#ending ??= (async () => {
      if (sentence) (code === 0 || code === 130 ? console.log : console.error)(sentence);
      const inOrder = (async () => {
        for (const stop of this.#stops.reverse()) await stop().catch(() => {});
        await Promise.all([...live].map((guarded) => guarded.stop()));
      })();
      await Promise.race([inOrder, sleep(this.deadlineMs)]);
      this.#killAll();
      for (const say of this.#last) say();
      process.exit(code);
    })();
    return this.#ending;
  }
}
