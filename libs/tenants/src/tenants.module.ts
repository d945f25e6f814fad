import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKeyService } from './api-keys/api-key.service';
import { AttemptCounterRepository } from './logins/attempt-counter.repository';
import { KnownDeviceRepository } from './logins/known-device.repository';
import { LoginAttempts } from './logins/login-attempts';
import { LoginLeftovers } from './logins/login-leftovers';
import { LoginService } from './logins/login.service';
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
import { SessionRepository } from './sessions/session.repository';
import { SessionService } from './sessions/session.service';
import { PasswordHasher } from './passwords/password-hasher';
import { UserCare } from './users/user-care';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const services = [
  ApiKeyService,
  LoginLeftovers,
  LoginService,
  MerchantService,
  OwnPassword,
  PasswordLinks,
  PasswordReset,
  ProviderService,
  SessionService,
  UserCare,
  UserService,
];

/** People, the organisations they belong to and what they may do. Needs DataSource, Transactions and Clock. */
@Module({
  providers: [
    ApiKeyRepository,
    AttemptCounterRepository,
    KnownDeviceRepository,
    LoginAttempts,
    MerchantRepository,
    PasswordLinkRepository,
    PasswordProof,
    PasswordRepository,
    ProviderRepository,
    SessionRepository,
    UserRepository,
    PasswordHasher,
    ...services,
  ],
  exports: services,
})
export class TenantsModule {}
