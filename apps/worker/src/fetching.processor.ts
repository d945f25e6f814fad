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
import { type OnModuleInit } from '@nestjs/common';
import { RoutedProcessor } from './routed-processor';
import { Ticker } from './ticker';

@Processor(runFetchTurn.queue)
export class FetchingProcessor extends RoutedProcessor implements OnModuleInit {
  constructor(
    router: JobRouter,
    private readonly config: FetchingConfig,
    turns: TurnService,
    ticker: Ticker,
    hints: QuotaHints,
  ) {
    super(router);
    router.handle(runFetchTurn, async (turn) => {
      await turns.run(turn, config.FETCH_TURN_WINDOWS);
      ticker.turnEnded('background');
    });
    router.handle(readQuotaHint, async ({ accountId }) => {
      if (await hints.read(accountId)) ticker.wake();
    });
  }

  onModuleInit(): void {
    this.worker.concurrency = this.config.FETCH_CONCURRENCY;
  }
}

/** What people ask for has turns of its own: it never waits until one of a backfill is over. */
@Processor(runAskedTurn.queue)
export class AskedFetchingProcessor extends RoutedProcessor implements OnModuleInit {
  constructor(
    router: JobRouter,
    private readonly config: FetchingConfig,
    turns: TurnService,
    ticker: Ticker,
  ) {
    super(router);
    router.handle(runAskedTurn, async (turn) => {
      await turns.run(turn, config.FETCH_TURN_WINDOWS);
      ticker.turnEnded('asked');
    });
  }

  onModuleInit(): void {
    this.worker.concurrency = turnsOf(LANE.asked, this.config.FETCH_CONCURRENCY);
  }
}
