import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type FetchView } from '../fetch-view-policy';
import { FetchViews } from '../fetch-view.service';
import { progressId } from './fetch-progress';

/** A fetch as it stands, with the id of this standing. */
export interface FetchProgress {
  readonly id: string;
  readonly view: FetchView;
}

/** Null: the fetch is gone. */
export type ProgressListener = (progress: FetchProgress | null) => void;

/** Milliseconds between two looks at a fetch that somebody follows. */
const LOOK_EVERY_MS = 1_000;
/** A fetch of many tasks takes long to count: MySQL does other things most of the time. */
const REST = 10;

/** Looks at fetches that people follow: once for all who follow one in this process, and only while somebody does. */
@Injectable()
export class FetchFeeds implements OnModuleDestroy {
  private readonly logger = new Logger(FetchFeeds.name);
  private readonly feeds = new Map<string, Feed>();

  constructor(private readonly views: FetchViews) {}

  /** Tells how the fetch stands, now and after every look. Returns how to stop. Who may see it is for the caller to ask. */
  watch(fetchId: string, listener: ProgressListener): () => void {
    const feed = this.feeds.get(fetchId) ?? new Feed(() => this.look(fetchId));
    this.feeds.set(fetchId, feed);
    feed.add(listener);
    return () => {
      if (feed.remove(listener) === 0 && this.feeds.get(fetchId) === feed) this.feeds.delete(fetchId);
    };
  }

  onModuleDestroy(): void {
    for (const feed of this.feeds.values()) feed.stop();
    this.feeds.clear();
  }

  /** Undefined: nobody knows now. */
  private async look(fetchId: string): Promise<FetchProgress | null | undefined> {
    try {
      const view = await this.views.findById(fetchId);
      return view && { id: progressId(view), view };
    } catch (err) {
      this.logger.warn({ msg: 'progress not read', fetchId, err });
      return undefined;
    }
  }
}

class Feed {
  private readonly listeners = new Set<ProgressListener>();
  private last: FetchProgress | null | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly look: () => Promise<FetchProgress | null | undefined>) {}

  add(listener: ProgressListener): void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) void this.run();
    else if (this.last !== undefined) listener(this.last);
  }

  /** How many are left. */
  remove(listener: ProgressListener): number {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.stop();
    return this.listeners.size;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    const began = performance.now();
    const seen = await this.look();
    const rest = Math.max(LOOK_EVERY_MS, (performance.now() - began) * REST);
    if (this.isStopped) return;
    this.last = seen ?? this.last;
    if (seen !== undefined) for (const listener of [...this.listeners]) listener(seen);
    // A listener may have been the last one to leave.
    if (this.listeners.size > 0) this.timer = setTimeout(() => void this.run(), rest);
  }
}
