import { type Secret } from '@app/kernel';

export interface HeldToken {
  readonly token: Secret;
  readonly version: number;
}

interface Entry extends HeldToken {
  readonly expiresAtMs: number;
  readonly readAtMs: number;
}

const MAX_ENTRIES = 10_000;
/** Another process's newer token is seen at the latest after this (real time). */
const MAX_AGE_MS = 5_000;

/** Tokens this process opened a moment ago, the least recently used forgotten first. */
export class OpenedTokens {
  private readonly entries = new Map<string, Entry>();
  private readonly rejected = new Map<string, number>();
  private readonly dropped = new Map<string, number>();
  private marks = 0;

  constructor(private readonly limit = MAX_ENTRIES) {}

  get(key: string, now: Date): HeldToken | null {
    const entry = this.entries.get(key);
    if (!entry) return null;
    this.entries.delete(key);
    if (performance.now() - entry.readAtMs > MAX_AGE_MS || entry.expiresAtMs <= now.getTime()) return null;
    this.entries.set(key, entry);
    return entry;
  }

  /** Take it before reading a token: what was dropped since then is not put back by that read. */
  mark(): number {
    return this.marks;
  }

  /** A read that began before a rejection or a drop must not bring the old token back. */
  put(key: string, held: HeldToken, expiresAt: Date, mark: number): void {
    if (held.version <= (this.rejected.get(key) ?? -1) || mark < (this.dropped.get(key) ?? 0)) return;
    this.rejected.delete(key);
    remember(this.entries, key, { ...held, expiresAtMs: expiresAt.getTime(), readAtMs: performance.now() }, this.limit);
  }

  reject(key: string, version: number): void {
    const entry = this.entries.get(key);
    if (entry && entry.version <= version) this.entries.delete(key);
    remember(this.rejected, key, Math.max(version, this.rejected.get(key) ?? -1), this.limit);
  }

  drop(key: string): void {
    this.entries.delete(key);
    remember(this.dropped, key, ++this.marks, this.limit);
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
