import { scopeInvalid } from './accounts/account-directory';
import {
  accountNotFound,
  accountOwned,
  authorizationLost,
  merchantOfOtherProvider,
  rereadTooSoon,
} from './accounts/account.errors';
import {
  campaignEmpty,
  campaignNotFound,
  campaignOver,
  campaignTooLarge,
  memberNotFound,
  scopeSpansProviders,
} from './campaigns/campaign.errors';
import { platformRequired } from './invites/invite.errors';
import { checkSecrets, componentAppid, publicOrigin } from './platforms/platform-policy';
import { platformExists, platformNotFound, providerRequired } from './platforms/platform.errors';
import { reconcileNotFound, reconcileOpen } from './reconcile/reconcile.errors';
import { componentTokenCapReached, ticketMissing } from './tokens/component-token.errors';

const SOON = new Date('2026-03-10T02:01:00.000Z');

/** What this lib refuses, as its callers get it: a description of routes is made of these. */
export const credentialRefusals = {
  accountNotFound,
  accountOwned,
  authorizationLost,
  campaignEmpty,
  campaignNotFound,
  campaignTooLarge,
  memberNotFound,
  merchantOfOtherProvider,
  platformExists,
  platformNotFound,
  platformRequired,
  providerRequired,
  reconcileNotFound,
  scopeInvalid,
  scopeSpansProviders,
  ticketMissing,
  campaignClosed: () => campaignOver('closed'),
  campaignExpired: () => campaignOver('expired'),
  componentTokenCap: () => componentTokenCapReached(2_000),
  reconcileOpen: () => reconcileOpen('rec_01jd3v6s0c9k2m4n6p8q0r2t4v'),
  rereadTooSoon: () => rereadTooSoon(SOON),
  appidInvalid: () => componentAppid('?'),
  appSecretInvalid: () => {
    checkSecrets({ appSecret: '' });
  },
  callbackTokenInvalid: () => {
    checkSecrets({ callbackToken: '' });
  },
  encodingAesKeyInvalid: () => {
    checkSecrets({ encodingAesKey: '' });
  },
  publicOriginInvalid: () => publicOrigin('?'),
};
