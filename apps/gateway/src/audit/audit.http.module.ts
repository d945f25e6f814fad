import { AuditChainsModule, TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller';

@Module({ imports: [AuditChainsModule, TenantsModule], controllers: [AuditController] })
export class AuditHttpModule {}
