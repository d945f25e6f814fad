import { AccountReader, accountUsable, rereadAccount } from '@app/credentials';
import { Arrivals } from '@app/fetching';
import { JobRouter } from '@app/platform';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Job } from 'bullmq';
import { Ticker } from './ticker';

@Processor(rereadAccount.queue, { concurrency: 8 })
export class AccountsProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AccountsProcessor.name);

  constructor(
    private readonly router: JobRouter,
    reader: AccountReader,
    arrivals: Arrivals,
    ticker: Ticker,
  ) {
    super();
    router.handle(rereadAccount, async ({ accountId }) => {
      await reader.rereadDaily(accountId);
    });
    router.handle(accountUsable, async ({ accountId }) => {
      if (await arrivals.usable(accountId)) ticker.wake();
    });
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
