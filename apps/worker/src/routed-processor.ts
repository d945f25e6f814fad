import { type JobRouter } from '@app/platform';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Job } from 'bullmq';

/** Takes the jobs of one queue: each goes to the handler of its name. */
export abstract class RoutedProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);

  constructor(private readonly router: JobRouter) {
    super();
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
