import { processPushEvent, PushInbox } from '@app/credentials';
import { JobRouter } from '@app/platform';
import { Processor } from '@nestjs/bullmq';
import { RoutedProcessor } from './routed-processor';

@Processor(processPushEvent.queue, { concurrency: 8 })
export class CredentialsProcessor extends RoutedProcessor {
  constructor(router: JobRouter, inbox: PushInbox) {
    super(router);
    router.handle(processPushEvent, ({ pushEventId }) => inbox.process(pushEventId));
  }
}
