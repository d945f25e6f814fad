export { isKeyScope, KEY_SCOPES, type KeyScope } from './api-keys/api-key-policy';
export { apiKeyInvalid } from './api-keys/api-key.errors';
export { ApiKeyService, type ApiKeyView } from './api-keys/api-key.service';
export { AuditAgeing } from './audit/audit-ageing';
export { AuditConfig } from './audit/audit.config';
export { AuditChainsModule } from './audit/audit-chains.module';
export { AuditCheck, type ChainReport } from './audit/audit-check';
export { type AuditFilter } from './audit/audit-event.repository';
export { AuditLog, type SeenEvent } from './audit/audit-log';
export { INSTALLATION } from './audit/audit-policy';
export { AuditSealer } from './audit/audit-sealer';
export { AuditTrail, type Act, type ActEnding } from './audit/audit-trail';
export { type Client } from './client';
export { DEVICE_MS } from './logins/device-policy';
export { pages, type ExportedFile, type MerchantExport } from './exports/merchant-export';
export { TenantExport } from './exports/tenant-export';
export { LoginLeftovers } from './logins/login-leftovers';
export { LoginService, type LoggedIn } from './logins/login.service';
export { type BegunLogin } from './logins/pending-logins';
export { type Merchant } from './merchants/merchant.entity';
export { MerchantService } from './merchants/merchant.service';
export { cursorInvalid, keyAfter, numberAfter, pageOf, type Page, type PageRequest } from './page';
export { providerNotFound } from './providers/provider.errors';
export { type Provider } from './providers/provider.entity';
export { ProviderService } from './providers/provider.service';
export { type PurgeRow } from './purges/merchant-purge.repository';
export { MerchantPurges } from './purges/merchant-purges';
export {
  affected,
  found,
  ofAccounts,
  ofMerchant,
  SUBJECTS,
  type Leaving,
  type MerchantRemains,
  type Removal,
} from './purges/merchant-remains';
export { PurgeConfig } from './purges/purge.config';
export { PurgeRunner } from './purges/purge-runner';
export { joinedRemains, MerchantPurgesModule, PurgesModule } from './purges/purges.module';
export { tenantRemains } from './purges/tenant-remains';
export { reachFilter, type SqlFilter } from './reach-filter';
export {
  coversOwner,
  reachFor,
  reachOfOwner,
  ROLES,
  type Action,
  type Membership,
  type Owner,
  type Principal,
  type Reach,
  type Role,
} from './role-policy';
export { tenantSealedColumns } from './sealed-columns';
export { digestOf } from './secret-digest';
export { SecondFactorEnrolment, type BegunFactor } from './second-factors/enrolment';
export { type FactorState } from './second-factors/factor-state.repository';
export { SecondFactorModule } from './second-factors/second-factor.module';
export { SecondFactors } from './second-factors/second-factors';
export { SecondStep } from './second-factors/second-step';
export { SESSION_MS } from './sessions/session-policy';
export { SessionService, type SessionView } from './sessions/session.service';
export { tenantEntities } from './tenants.entities';
export { TenantsModule } from './tenants.module';
export { type Grant } from './users/membership-policy';
export { MembershipService, type GivenMembership } from './users/membership.service';
export { OwnPassword } from './passwords/own-password';
export { type OpenLink } from './passwords/password-link.repository';
export { PasswordLinks, type MadeLink, type Witness } from './passwords/password-links';
export { PasswordReset } from './passwords/password-reset';
export { PASSWORD_MAX, PASSWORD_MIN } from './passwords/password-policy';
export { UserCare } from './users/user-care';
export { UserService, type UserView } from './users/user.service';
export { tenantRefusals } from './tenants.refusals';
