import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A change is on disk within this time; a state that takes long to write is written less often. */
const DEBOUNCE_MS = 250;
const WRITE_SHARE = 20;

/**
 * One JSON document, replaced as a whole: a reader sees the old one or the new one. Mode 0600, because it holds the
 * sandbox's tokens and secrets.
 */
export class StateFile {
  private timer: NodeJS.Timeout | null = null;
  private lastWriteMs = 0;

  constructor(
    private readonly path: string,
    private readonly snapshot: () => unknown,
  ) {}

  /** undefined when there is no file yet. Throws when the file is unreadable: starting empty would lose it. */
  load(): unknown {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as unknown;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  schedule(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(
      () => {
        this.flush();
      },
      Math.max(DEBOUNCE_MS, this.lastWriteMs * WRITE_SHARE),
    );
    this.timer.unref();
  }

  /** Writes now, if anything changed since the last write. */
  flushPending(): void {
    if (this.timer !== null) this.flush();
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const started = performance.now();
    mkdirSync(dirname(this.path), { recursive: true });
    const temporary = `${this.path}.${process.pid}.tmp`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, JSON.stringify(this.snapshot()));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.path);
    this.lastWriteMs = performance.now() - started;
  }
}
