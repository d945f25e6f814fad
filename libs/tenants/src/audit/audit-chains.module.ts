import { configProvider } from '@app/platform';
import { Module } from '@nestjs/common';
import { AuditAgeing } from './audit-ageing';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditCheck } from './audit-check';
import { AuditEventRepository } from './audit-event.repository';
import { AuditPurgeRepository } from './audit-purge.repository';
import { AuditPurging } from './audit-purging';
import { AuditSealer } from './audit-sealer';
import { AuditConfig } from './audit.config';

/** The audit log's chains. Needs SecretBox, and what TenantsModule needs. */
@Module({
  providers: [
    configProvider(AuditConfig),
    ...[AuditAgeing, AuditChainRepository, AuditCheck, AuditEventRepository, AuditPurgeRepository, AuditPurging],
    AuditSealer,
  ],
  exports: [AuditAgeing, AuditCheck, AuditPurging, AuditSealer],
})
export class AuditChainsModule {}
