import { processPushEvent, PushInbox } from '@app/credentials';
import { JobRouter } from '@app/platform';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Job } from 'bullmq';

@Processor(processPushEvent.queue, { concurrency: 8 })
export class CredentialsProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(CredentialsProcessor.name);

  constructor(
    private readonly router: JobRouter,
    inbox: PushInbox,
  ) {
    super();
    router.handle(processPushEvent, ({ pushEventId }) => inbox.process(pushEventId));
  }

  async process(job: Job<object>): Promise<void> {
    await this.router.run(job);
  }

  /** Jobs under way end while the database is still open. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('error')
  onError(err: Error): void {
    this.logger.warn({ msg: 'queue connection', err });
  }
}
