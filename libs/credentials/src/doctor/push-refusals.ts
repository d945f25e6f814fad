import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { CallbackError } from '@app/wechat';
import { PushRefusalRepository } from './push-refusal.repository';

/** Anybody may send anything to the event URL: however much that is, it costs a row write per reason and this time. */
const WRITE_EVERY_MS = 1_000;
const MAX_HELD = 100;
/** What says that the sender seals with other keys than ours, or for another platform. */
const TELLING: ReadonlySet<string> = new Set(['signature_mismatch', 'padding_invalid', 'truncated', 'appid_mismatch']);

/** Counts the pushes that did not open, for the doctor: nothing else tells that WeChat's side has other keys. */
@Injectable()
export class PushRefusals implements BeforeApplicationShutdown {
  private readonly logger = new Logger(PushRefusals.name);
  private readonly held = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: PushRefusalRepository,
    private readonly clock: Clock,
  ) {}

  /** Returns at once; written within a second or so. Whatever is no refusal of that kind is left alone. */
  note(componentAppid: string, error: unknown): void {
    if (!(error instanceof CallbackError) || !TELLING.has(error.refusal)) return;
    const key = `${error.refusal}/${componentAppid}`;
    if (!this.held.has(key) && this.held.size >= MAX_HELD) return;
    this.held.set(key, (this.held.get(key) ?? 0) + 1);
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const noted = [...this.held];
    this.held.clear();
    for (const [key, count] of noted) {
      const [reason = '', ...appid] = key.split('/');
      try {
        await this.repository.add(appid.join('/'), reason, count, this.clock.now());
      } catch (err) {
        this.logger.warn({ msg: 'refused pushes not counted', reason, err });
      }
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.write();
  }
}
