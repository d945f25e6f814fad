import { credentialEntities, credentialJobs, credentialQueues, CredentialsModule } from '@app/credentials';
import { fetchingEntities, fetchingJobs, fetchingQueues, FetchingModule } from '@app/fetching';
import {
  ClockModule,
  DatabaseModule,
  HealthModule,
  IdempotencyModule,
  JobRouter,
  JobsModule,
  SecretsModule,
} from '@app/platform';
import { reportEntities, ReportsModule } from '@app/reports';
import { AuditChainsModule, PurgesModule, tenantEntities, TenantsModule } from '@app/tenants';
import { webhookEntities, WebhooksModule } from '@app/webhooks';
import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsProcessor } from './accounts.processor';
import { CredentialsProcessor } from './credentials.processor';
import { AskedFetchingProcessor, FetchingProcessor, Turns } from './fetching.processor';
import { merchantRemains } from './merchant-remains';
import { ReconcileProcessor } from './reconcile.processor';
import { CredentialSweeps, FetchSweeps, Leftovers, Ticker } from './ticker';
import { WebhookTicker } from './webhook-ticker';

@Module({
  imports: [
    ClockModule,
    SecretsModule,
    DatabaseModule.forRoot([
      ...tenantEntities,
      ...credentialEntities,
      ...fetchingEntities,
      ...reportEntities,
      ...webhookEntities,
    ]),
    JobsModule.forRoot('consumer', [...credentialQueues, ...fetchingQueues]),
    HealthModule,
    IdempotencyModule,
    TenantsModule,
    AuditChainsModule,
    CredentialsModule,
    FetchingModule,
    ReportsModule,
    WebhooksModule,
    PurgesModule.of(merchantRemains),
  ],
  providers: [
    AccountsProcessor,
    CredentialsProcessor,
    FetchingProcessor,
    AskedFetchingProcessor,
    Turns,
    ReconcileProcessor,
    CredentialSweeps,
    FetchSweeps,
    Leftovers,
    Ticker,
    WebhookTicker,
  ],
})
export class WorkerModule implements OnApplicationBootstrap {
  constructor(private readonly router: JobRouter) {}

  onApplicationBootstrap(): void {
    this.router.check([...credentialJobs, ...fetchingJobs]);
  }
}
