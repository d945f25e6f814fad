import { FetchingConfig, QuotaHints, readQuotaHint, runFetchTurn, TurnService } from '@app/fetching';
import { JobRouter } from '@app/platform';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Job } from 'bullmq';
import { Ticker } from './ticker';

@Processor(runFetchTurn.queue)
export class FetchingProcessor extends WorkerHost implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(FetchingProcessor.name);

  constructor(
    private readonly router: JobRouter,
    private readonly config: FetchingConfig,
    turns: TurnService,
    ticker: Ticker,
    hints: QuotaHints,
  ) {
    super();
    router.handle(runFetchTurn, async (turn) => {
      await turns.run(turn, config.FETCH_TURN_WINDOWS);
      ticker.wake();
    });
    router.handle(readQuotaHint, async ({ accountId }) => {
      if (await hints.read(accountId)) ticker.wake();
    });
  }

  onModuleInit(): void {
    this.worker.concurrency = this.config.FETCH_CONCURRENCY;
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
