import { Injectable } from '@nestjs/common';
import { Jobs } from '@app/platform';
import { openCallback, readAuthorizationEvent, type CallbackQuery, type OpenedCallback } from '@app/wechat';
import { processPushEvent } from '../credentials.jobs';
import { PlatformSecretsRepository, type PlatformKeys } from '../platforms/platform-secrets.repository';
import { platformUnknown } from '../platforms/platform.errors';
import { PushIntake } from './push-intake';
import { PushWork } from './push-work';
import { storing } from './storing';

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
    const pushEventId = await storing(() => this.intake.store(keys, opened.xml, event));
    // WeChat is answered now: a Redis that hangs is waited for by nobody, and a sweep finds what it did not take.
    if (pushEventId !== null) void this.jobs.enqueue(processPushEvent, { pushEventId });
  }

  /** Does what a stored push asks for; safe to repeat. Throws what may pass by itself, so that the job is tried again. */
  process(pushEventId: number): Promise<void> {
    return this.work.process(pushEventId);
  }

  /** Enqueues what was stored but not worked off, as when Redis was away; how many. */
  sweep(): Promise<number> {
    return this.work.sweep();
  }

  /** Checks and decrypts a push to either URL; nothing is kept. Throws as `receive`. */
  async open(
    componentAppid: string,
    query: CallbackQuery,
    body: Buffer,
  ): Promise<{ keys: PlatformKeys; opened: OpenedCallback }> {
    const keys = await storing(() => this.secrets.findKeys(componentAppid));
    if (!keys) throw platformUnknown();
    return { keys, opened: openCallback(keys, query, body) };
  }
}
