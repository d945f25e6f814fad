import {
  FetchingConfig,
  LANE,
  QuotaHints,
  readQuotaHint,
  runAskedTurn,
  runFetchTurn,
  TurnService,
  turnsOf,
} from '@app/fetching';
import { JobRouter } from '@app/platform';
import { Processor } from '@nestjs/bullmq';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoutedProcessor } from './routed-processor';
import { Ticker } from './ticker';

/** What runs a turn, whatever its queue. */
@Injectable()
export class Turns {
  constructor(
    readonly config: FetchingConfig,
    private readonly turns: TurnService,
    private readonly ticker: Ticker,
  ) {}

  handle(router: JobRouter, job: typeof runFetchTurn, of: 'asked' | 'background'): void {
    router.handle(job, async (turn) => {
      await this.turns.run(turn, this.config.FETCH_TURN_WINDOWS);
      this.ticker.turnEnded(of);
    });
  }
}

@Processor(runFetchTurn.queue)
export class FetchingProcessor extends RoutedProcessor implements OnModuleInit {
  constructor(
    router: JobRouter,
    private readonly turns: Turns,
    ticker: Ticker,
    hints: QuotaHints,
  ) {
    super(router);
    turns.handle(router, runFetchTurn, 'background');
    router.handle(readQuotaHint, async ({ accountId }) => {
      if (await hints.read(accountId)) ticker.wake();
    });
  }

  onModuleInit(): void {
    this.worker.concurrency = this.turns.config.FETCH_CONCURRENCY;
  }
}

/** What people ask for has turns of its own: it never waits until one of a backfill is over. */
@Processor(runAskedTurn.queue)
export class AskedFetchingProcessor extends RoutedProcessor implements OnModuleInit {
  constructor(
    router: JobRouter,
    private readonly turns: Turns,
  ) {
    super(router);
    turns.handle(router, runAskedTurn, 'asked');
  }

  onModuleInit(): void {
    this.worker.concurrency = turnsOf(LANE.asked, this.turns.config.FETCH_CONCURRENCY);
  }
}
