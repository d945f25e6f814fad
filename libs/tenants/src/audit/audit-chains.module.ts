import { Module } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditCheck } from './audit-check';
import { AuditSealer } from './audit-sealer';

/** The audit log's chains. Needs SecretBox, and what TenantsModule needs. */
@Module({ providers: [AuditChainRepository, AuditCheck, AuditSealer], exports: [AuditCheck, AuditSealer] })
export class AuditChainsModule {}
