export { isKeyScope, KEY_SCOPES, type KeyScope } from './api-keys/api-key-policy';
export { apiKeyInvalid } from './api-keys/api-key.errors';
export { ApiKeyService, type ApiKeyView } from './api-keys/api-key.service';
export { AuditChainsModule } from './audit/audit-chains.module';
export { AuditCheck, type ChainReport } from './audit/audit-check';
export { type AuditFilter } from './audit/audit-event.repository';
export { type AuditOutcome } from './audit/audit-event.entity';
export { AuditLog, type SeenEvent } from './audit/audit-log';
export { INSTALLATION } from './audit/audit-policy';
export { AuditSealer } from './audit/audit-sealer';
export { AuditTrail, type Act, type ActEnding } from './audit/audit-trail';
export { type Merchant } from './merchants/merchant.entity';
export { MerchantService } from './merchants/merchant.service';
export { cursorInvalid, keyAfter, numberAfter, pageOf, type Page, type PageRequest } from './page';
export { providerNotFound } from './providers/provider.errors';
export { type Provider } from './providers/provider.entity';
export { ProviderService } from './providers/provider.service';
export { reachFilter, type SqlFilter } from './reach-filter';
export {
  reachFor,
  reachOfOwner,
  ROLES,
  type Action,
  type Membership,
  type Principal,
  type Reach,
  type Role,
} from './role-policy';
export { SESSION_MS, SessionService } from './sessions/session.service';
export { tenantSealedColumns } from './sealed-columns';
export { tenantEntities } from './tenants.entities';
export { TenantsModule } from './tenants.module';
export { type Grant } from './users/membership-policy';
export { PASSWORD_MAX, PASSWORD_MIN } from './users/password-policy';
export { UserService, type UserView } from './users/user.service';
