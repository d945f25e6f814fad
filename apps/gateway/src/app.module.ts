import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ClockModule, DatabaseModule, HealthModule, IdempotencyModule, JobsModule, SecretsModule } from '@app/platform';
import { tenantEntities, TenantsModule } from '@app/tenants';
import { AccessModule } from './access';
import { HealthController } from './health/health.controller';
import { MerchantsController } from './merchants/merchants.controller';
import { ProblemFilter, validationPipe } from './problem';
import { ProvidersController } from './providers/providers.controller';
import { PeopleHttpModule } from './users/people.http.module';
import { resourceEntities, resourceModules, resourceQueues } from './resources';

@Module({
  imports: [
    ClockModule,
    SecretsModule,
    DatabaseModule.forRoot([...tenantEntities, ...resourceEntities]),
    JobsModule.forRoot('producer', resourceQueues),
    HealthModule,
    IdempotencyModule,
    TenantsModule,
    AccessModule,
    PeopleHttpModule,
    ...resourceModules,
  ],
  controllers: [HealthController, ProvidersController, MerchantsController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
})
export class AppModule {}
