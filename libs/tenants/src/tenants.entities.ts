import { ApiKey } from './api-keys/api-key.entity';
import { AuditChain } from './audit/audit-chain.entity';
import { AuditEvent } from './audit/audit-event.entity';
import { AuditPurge } from './audit/audit-purge.entity';
import { AttemptCounter } from './logins/attempt-counter.entity';
import { KnownDevice } from './logins/known-device.entity';
import { PendingLogin } from './logins/pending-login.entity';
import { Merchant } from './merchants/merchant.entity';
import { PasswordLink } from './passwords/password-link.entity';
import { MerchantPurgeSubject } from './purges/merchant-purge-subject.entity';
import { MerchantPurge } from './purges/merchant-purge.entity';
import { Provider } from './providers/provider.entity';
import { RecoveryCode } from './second-factors/recovery-code.entity';
import { SecondFactor } from './second-factors/second-factor.entity';
import { Session } from './sessions/session.entity';
import { Membership } from './users/membership.entity';
import { User } from './users/user.entity';

export const tenantEntities = [
  Provider,
  Merchant,
  User,
  Membership,
  Session,
  ApiKey,
  AttemptCounter,
  KnownDevice,
  PasswordLink,
  SecondFactor,
  RecoveryCode,
  PendingLogin,
  AuditEvent,
  AuditChain,
  AuditPurge,
  MerchantPurge,
  MerchantPurgeSubject,
];
