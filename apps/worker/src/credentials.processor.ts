import { processPushEvent, PushInbox } from '@app/credentials';
import { JobRouter } from '@app/platform';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { type Job } from 'bullmq';

@Processor(processPushEvent.queue, { concurrency: 8 })
export class CredentialsProcessor extends WorkerHost {
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

  @OnWorkerEvent('error')
  onError(err: Error): void {
    this.logger.warn({ msg: 'queue connection', err });
  }
}
