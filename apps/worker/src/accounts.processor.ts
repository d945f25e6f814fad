import { AccountReader, accountUsable, rereadAccount } from '@app/credentials';
import { Arrivals } from '@app/fetching';
import { JobRouter } from '@app/platform';
import { Processor } from '@nestjs/bullmq';
import { RoutedProcessor } from './routed-processor';
import { Ticker } from './ticker';

@Processor(rereadAccount.queue, { concurrency: 8 })
export class AccountsProcessor extends RoutedProcessor {
  constructor(router: JobRouter, reader: AccountReader, arrivals: Arrivals, ticker: Ticker) {
    super(router);
    router.handle(rereadAccount, async ({ accountId }) => {
      await reader.rereadDaily(accountId);
    });
    router.handle(accountUsable, async ({ accountId }) => {
      if (await arrivals.usable(accountId)) ticker.wake();
    });
  }
}
