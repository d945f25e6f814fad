import { ReconcileRunner, runReconcile } from '@app/credentials';
import { JobRouter } from '@app/platform';
import { Processor } from '@nestjs/bullmq';
import { RoutedProcessor } from './routed-processor';

@Processor(runReconcile.queue, { concurrency: 2 })
export class ReconcileProcessor extends RoutedProcessor {
  constructor(router: JobRouter, runner: ReconcileRunner) {
    super(router);
    router.handle(runReconcile, ({ runId }) => runner.run(runId));
  }
}
