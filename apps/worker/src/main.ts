import { CREDENTIALS_CONFIGS } from '@app/credentials';
import { FetchingConfig } from '@app/fetching';
import { runApp } from '@app/platform';
import { ReportsConfig } from '@app/reports';
import { AuditConfig, PurgeConfig } from '@app/tenants';
import { WebhooksConfig } from '@app/webhooks';
import { NestFactory } from '@nestjs/core';
import { sealedColumns } from './sealed-columns';
import { WorkerModule } from './worker.module';

const parts = {
  configs: [...CREDENTIALS_CONFIGS, FetchingConfig, ReportsConfig, WebhooksConfig, AuditConfig, PurgeConfig],
  sealedColumns,
};

void runApp('worker', parts, async (logger) =>
  NestFactory.createApplicationContext(WorkerModule, { logger, abortOnError: false }),
);
