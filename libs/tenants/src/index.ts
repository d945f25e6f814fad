export { isKeyScope, KEY_SCOPES, type KeyScope } from './api-keys/api-key-policy';
export { apiKeyInvalid } from './api-keys/api-key.errors';
export { ApiKeyService, type ApiKeyView } from './api-keys/api-key.service';
export { type Merchant } from './merchants/merchant.entity';
export { MerchantService } from './merchants/merchant.service';
export { cursorInvalid, keyAfter, numberAfter, pageOf, type Page, type PageRequest } from './page';
export { providerNotFound } from './providers/provider.errors';
export { type Provider } from './providers/provider.entity';
export { ProviderService } from './providers/provider.service';
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
export { digestOf } from './secret-digest';
export { SESSION_MS, SessionService } from './sessions/session.service';
export { tenantEntities } from './tenants.entities';
export { TenantsModule } from './tenants.module';
export { type Grant } from './users/membership-policy';
export { PASSWORD_MAX, PASSWORD_MIN } from './users/password-policy';
export { UserService, type UserView } from './users/user.service';
