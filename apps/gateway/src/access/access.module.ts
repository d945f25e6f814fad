import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { TenantsModule } from '@app/tenants';
import { LimitsModule } from '../limits';
import { AccessAgain } from './access-again';
import { AccessGuard } from './access.guard';
import { AuditInterceptor } from './audit.interceptor';
import { Callers } from './callers';
import { RouteTable } from './route-table';

@Module({
  imports: [DiscoveryModule, LimitsModule, TenantsModule],
  providers: [
    AccessAgain,
    Callers,
    RouteTable,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AccessAgain, RouteTable],
})
export class AccessModule {}
