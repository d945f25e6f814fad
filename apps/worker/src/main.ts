import { CREDENTIALS_CONFIGS, credentialSealedColumns } from '@app/credentials';
import { FetchingConfig } from '@app/fetching';
import { runApp } from '@app/platform';
import { ReportsConfig } from '@app/reports';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module';

const parts = {
  configs: [...CREDENTIALS_CONFIGS, FetchingConfig, ReportsConfig],
  sealedColumns: credentialSealedColumns,
};

void runApp('worker', parts, async (logger) =>
  NestFactory.createApplicationContext(WorkerModule, { logger, abortOnError: false }),
);
