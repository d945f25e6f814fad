import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { TenantsModule } from '@app/tenants';
import { AccessGuard } from './access.guard';
import { RouteTable } from './route-table';

@Module({
  imports: [DiscoveryModule, TenantsModule],
  providers: [RouteTable, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [RouteTable],
})
export class AccessModule {}
