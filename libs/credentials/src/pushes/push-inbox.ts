import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { asUnavailable, Jobs } from '@app/platform';
import { openCallback, readAuthorizationEvent, type CallbackQuery, type OpenedCallback } from '@app/wechat';
import { processPushEvent } from '../credentials.jobs';
import { PlatformSecretsRepository, type PlatformKeys } from '../platforms/platform-secrets.repository';
import { platformUnknown } from '../platforms/platform.errors';
import { PushIntake } from './push-intake';
import { PushWork } from './push-work';

/** Where WeChat's pushes come in: checked, stored once, then answered; the work comes after. */
@Injectable()
export class PushInbox {
  constructor(
    private readonly secrets: PlatformSecretsRepository,
    private readonly intake: PushIntake,
    private readonly work: PushWork,
    private readonly jobs: Jobs,
  ) {}

  /**
   * A push to the authorization-event URL. When this resolves it is stored, so `success` may be answered. Throws
   * CallbackError, `event_invalid`, `platform_unknown`, `database_unavailable`.
   */
  async receive(componentAppid: string, query: CallbackQuery, body: Buffer): Promise<void> {
    const { keys, opened } = await this.open(componentAppid, query, body);
    const event = readAuthorizationEvent(opened.fields);
    const pushEventId = await this.storing(() => this.intake.store(keys, opened.xml, event));
    if (pushEventId !== null) await this.jobs.enqueue(processPushEvent, { pushEventId });
  }

  /** A push to the message-and-event URL: only checked, nothing is kept. Throws as `receive`. */
  async verify(componentAppid: string, query: CallbackQuery, body: Buffer): Promise<void> {
    await this.open(componentAppid, query, body);
  }

  /** Does what a stored push asks for; safe to repeat. Throws what may pass by itself, so that the job is tried again. */
  process(pushEventId: number): Promise<void> {
    return this.work.process(pushEventId);
  }

  /** Enqueues what was stored but not worked off, as when Redis was away; how many. */
  sweep(): Promise<number> {
    return this.work.sweep();
  }

  private async open(
    componentAppid: string,
    query: CallbackQuery,
    body: Buffer,
  ): Promise<{ keys: PlatformKeys; opened: OpenedCallback }> {
    const keys = await this.storing(() => this.secrets.findKeys(componentAppid));
    if (!keys) throw platformUnknown();
    return { keys, opened: openCallback(keys, query, body) };
  }

  /** Whatever keeps us from reading or storing, WeChat must push again. */
  private async storing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const known = asUnavailable(error);
      throw known instanceof AppError ? known : new AppError('unavailable', 'push_not_stored', { cause: error });
    }
  }
}
