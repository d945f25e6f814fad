import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { TenantsModule } from '@app/tenants';
import { LimitsModule } from '../limits';
import { AccessAgain } from './access-again';
import { AccessGuard } from './access.guard';
import { Callers } from './callers';
import { RouteTable } from './route-table';

@Module({
  imports: [DiscoveryModule, LimitsModule, TenantsModule],
  providers: [AccessAgain, Callers, RouteTable, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AccessAgain, RouteTable],
})
export class AccessModule {}
