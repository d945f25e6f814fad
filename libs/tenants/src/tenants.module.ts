import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKeyService } from './api-keys/api-key.service';
import { AuditEventRepository } from './audit/audit-event.repository';
import { AuditLog } from './audit/audit-log';
import { AuditOwnerRepository } from './audit/audit-owner.repository';
import { AuditTrail } from './audit/audit-trail';
import { MerchantRepository } from './merchants/merchant.repository';
import { MerchantService } from './merchants/merchant.service';
import { ProviderRepository } from './providers/provider.repository';
import { ProviderService } from './providers/provider.service';
import { SessionRepository } from './sessions/session.repository';
import { SessionService } from './sessions/session.service';
import { PasswordHasher } from './users/password-hasher';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const services = [ApiKeyService, AuditLog, AuditTrail, SessionService, UserService, ProviderService, MerchantService];

/** People, the organisations they belong to and what they may do. Needs DataSource, Transactions and Clock. */
@Module({
  providers: [
    ApiKeyRepository,
    ...[AuditEventRepository, AuditOwnerRepository],
    MerchantRepository,
    ProviderRepository,
    SessionRepository,
    UserRepository,
    PasswordHasher,
    ...services,
  ],
  exports: services,
})
export class TenantsModule {}
