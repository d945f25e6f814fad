import { Global, Module } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency.repository';
import { Idempotency } from './idempotency.service';

/** Requests that may be sent again: routes of any module. Needs DataSource, SecretBox and Clock. */
@Global()
@Module({ providers: [IdempotencyRepository, Idempotency], exports: [Idempotency] })
export class IdempotencyModule {}
