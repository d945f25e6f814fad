import { ReconcileRunner, runReconcile } from '@app/credentials';
import { JobRouter } from '@app/platform';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Job } from 'bullmq';

@Processor(runReconcile.queue, { concurrency: 2 })
export class ReconcileProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ReconcileProcessor.name);

  constructor(
    private readonly router: JobRouter,
    runner: ReconcileRunner,
  ) {
    super();
    router.handle(runReconcile, ({ runId }) => runner.run(runId));
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
