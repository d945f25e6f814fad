import { configProvider, StoreConfig } from '@app/platform';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { RequestLimits } from './request-limits';

/** `RequestLimits.take(principal.userId)` for every edge that knows who calls. */
@Module({
  providers: [configProvider(GatewayConfig), configProvider(StoreConfig), RequestLimits],
  exports: [RequestLimits],
})
export class LimitsModule {}
