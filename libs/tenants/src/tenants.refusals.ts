import { apiKeyInvalid, apiKeyNotFound, keyOwnerInvalid, keyRefused } from './api-keys/api-key.errors';
import { merchantNotFound } from './merchants/merchant.errors';
import { cursorInvalid } from './page';
import { providerNotFound } from './providers/provider.errors';
import { purgeNotConfirmed, purgeNotFound, purgeOpen, purgeRefused } from './purges/purge.errors';
import { checkPassword } from './passwords/password-policy';
import {
  emailTaken,
  endingRefused,
  grantRefused,
  membershipHeld,
  noMembership,
  tooManyMemberships,
} from './users/user.errors';

/** What this lib refuses, as its callers get it: a description of routes is made of these. */
export const tenantRefusals = {
  apiKeyInvalid,
  apiKeyNotFound,
  cursorInvalid,
  emailTaken,
  keyOwnerInvalid,
  membershipHeld,
  merchantNotFound,
  noMembership,
  providerNotFound,
  purgeNotConfirmed,
  purgeNotFound,
  purgeOpen,
  tooManyMemberships,
  lastHost: () => endingRefused('last_host'),
  lastProviderAdmin: () => endingRefused('last_provider_admin'),
  membershipNotFound: () => endingRefused('membership_not_found'),
  purgeBegun: () => purgeRefused('purge_begun'),
  expiryInvalid: () => keyRefused({ allowed: false, because: 'expiry_invalid' }),
  membershipScopeInvalid: () => grantRefused('membership_scope_invalid'),
  passwordUnfit: () => {
    checkPassword('');
  },
  roleNotGrantable: () => grantRefused('role_not_grantable'),
  scopeNotGrantable: () => keyRefused({ allowed: false, because: 'scope_not_grantable', scopes: ['campaign:write'] }),
  tooManyKeys: () => keyRefused({ allowed: false, because: 'too_many_keys' }),
};
