import { CREDENTIALS_CONFIGS } from '@app/credentials';
import { FetchingConfig } from '@app/fetching';
import { runApp } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module';

void runApp('worker', [...CREDENTIALS_CONFIGS, FetchingConfig], async (logger) =>
  NestFactory.createApplicationContext(WorkerModule, { logger, abortOnError: false }),
);
