import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKeyService } from './api-keys/api-key.service';
import { AuditEventRepository } from './audit/audit-event.repository';
import { AuditLog } from './audit/audit-log';
import { AuditOwnerRepository } from './audit/audit-owner.repository';
import { AuditTrail } from './audit/audit-trail';
import { AttemptCounterRepository } from './logins/attempt-counter.repository';
import { FirstStep } from './logins/first-step';
import { KnownDeviceRepository } from './logins/known-device.repository';
import { LoginAttempts } from './logins/login-attempts';
import { LoginLeftovers } from './logins/login-leftovers';
import { LoginService } from './logins/login.service';
import { PendingLoginRepository } from './logins/pending-login.repository';
import { PendingLogins } from './logins/pending-logins';
import { MerchantRepository } from './merchants/merchant.repository';
import { MerchantService } from './merchants/merchant.service';
import { OwnPassword } from './passwords/own-password';
import { PasswordLinkRepository } from './passwords/password-link.repository';
import { PasswordLinks } from './passwords/password-links';
import { PasswordProof } from './passwords/password-proof';
import { PasswordReset } from './passwords/password-reset';
import { PasswordRepository } from './passwords/password.repository';
import { ProviderRepository } from './providers/provider.repository';
import { ProviderService } from './providers/provider.service';
import { FactorStateRepository } from './second-factors/factor-state.repository';
import { SessionRepository } from './sessions/session.repository';
import { SessionService } from './sessions/session.service';
import { PasswordHasher } from './passwords/password-hasher';
import { MembershipService } from './users/membership.service';
import { UserCare } from './users/user-care';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const services = [
  ApiKeyService,
  AuditLog,
  AuditTrail,
  LoginLeftovers,
  LoginService,
  MembershipService,
  MerchantService,
  OwnPassword,
  PasswordLinks,
  PasswordReset,
  ProviderService,
  SessionService,
  UserCare,
  UserService,
];

/** What the second factor's own module is built upon. */
const forSecondFactors = [FactorStateRepository, LoginAttempts, PasswordProof, PendingLoginRepository, UserRepository];

/** People, the organisations they belong to and what they may do. Needs DataSource, Transactions and Clock. */
@Module({
  providers: [
    ApiKeyRepository,
    ...[AuditEventRepository, AuditOwnerRepository],
    AttemptCounterRepository,
    FirstStep,
    KnownDeviceRepository,
    PendingLogins,
    MerchantRepository,
    PasswordLinkRepository,
    PasswordRepository,
    ProviderRepository,
    SessionRepository,
    PasswordHasher,
    ...forSecondFactors,
    ...services,
  ],
  exports: [...services, ...forSecondFactors],
})
export class TenantsModule {}
