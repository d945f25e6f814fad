import { type Reach, type Role } from '../role-policy';
import { careVerdict, type HeldMembership } from './care-policy';

const reach = (more: Partial<Reach>): Reach => ({ host: false, providerIds: [], merchantIds: [], ...more });
const HOST = reach({ host: true });
const PROVIDER = reach({ providerIds: ['prv_1'] });
const MERCHANT = reach({ merchantIds: ['mer_1'] });
const ofProvider = (role: Role, providerId: string): HeldMembership => ({
  ...{ role, providerId, merchantId: null, ownerId: providerId },
});
const ofMerchant = (role: Role, merchantId: string, ownerId: string): HeldMembership => ({
  ...{ role, providerId: null, merchantId, ownerId },
});
const aHost: HeldMembership = { role: 'host', providerId: null, merchantId: null, ownerId: null };
const admin = ofProvider('provider_admin', 'prv_1');
const support = ofProvider('provider_support', 'prv_1');
const foreign = ofProvider('provider_support', 'prv_2');
const merchantAdmin = ofMerchant('merchant_admin', 'mer_1', 'prv_1');
const viewer = ofMerchant('merchant_viewer', 'mer_1', 'prv_1');
const neighbour = ofMerchant('merchant_viewer', 'mer_2', 'prv_1');
const foreignViewer = ofMerchant('merchant_viewer', 'mer_9', 'prv_2');

it.each<[string, Reach, HeldMembership[], string]>([
  ['a host a host', HOST, [aHost], 'allowed'],
  ['a host anybody', HOST, [admin, foreignViewer], 'allowed'],
  ['a host somebody without memberships', HOST, [], 'allowed'],
  ['a provider its people', PROVIDER, [admin], 'allowed'],
  ['a provider its merchants’ people', PROVIDER, [support, merchantAdmin, neighbour], 'allowed'],
  ['a provider a host', PROVIDER, [aHost], 'user_not_found'],
  ['a provider another’s people', PROVIDER, [foreign], 'user_not_found'],
  ['a provider another’s merchants’ people', PROVIDER, [foreignViewer], 'user_not_found'],
  ['a provider its own who is also a host', PROVIDER, [support, aHost], 'user_beyond_reach'],
  ['a provider its own who is also another’s', PROVIDER, [admin, foreign], 'user_beyond_reach'],
  ['a provider a viewer of another’s merchant, too', PROVIDER, [viewer, foreignViewer], 'user_beyond_reach'],
  ['a provider somebody without memberships', PROVIDER, [], 'user_not_found'],
  ['a merchant its people', MERCHANT, [viewer], 'allowed'],
  ['a merchant its provider’s people', MERCHANT, [admin], 'user_not_found'],
  ['a merchant its own who is also the provider’s', MERCHANT, [viewer, support], 'user_beyond_reach'],
  ['a merchant its own who is also a neighbour’s', MERCHANT, [viewer, neighbour], 'user_beyond_reach'],
  ['a merchant a neighbour’s', MERCHANT, [neighbour], 'user_not_found'],
  ['nobody anybody', reach({}), [viewer], 'user_not_found'],
])('%s', (_what, over, held, expected) => {
  const verdict = careVerdict({ userId: 'usr_1', reach: over }, 'usr_2', held);
  expect(verdict.allowed ? 'allowed' : verdict.because).toBe(expected);
});

it('is for others: nobody spares themselves the password', () => {
  expect(careVerdict({ userId: 'usr_1', reach: HOST }, 'usr_1', [aHost])).toEqual({
    ...{ allowed: false, because: 'own_account' },
  });
});
