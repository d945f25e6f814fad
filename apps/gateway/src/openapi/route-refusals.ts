import { credentialRefusals as credentials } from '@app/credentials';
import { fetchingRefusals as fetching } from '@app/fetching';
import { AppError } from '@app/kernel';
import { idempotencyAnswerLost, idempotencyKeyInUse, idempotencyKeyReused } from '@app/platform';
import { tenantRefusals as tenants } from '@app/tenants';
import { keyMalformed } from '../idempotency';
import { rateLimited } from '../limits';
import { ValidationFailed } from '../problem';

/** Makes a refusal, or meets it. */
export type Refusal = () => unknown;

const code =
  (...[kind, name]: ConstructorParameters<typeof AppError>): Refusal =>
  () =>
    new AppError(kind, name);

const days = [fetching.dateInvalid, fetching.rangeBeforeFirstDay, fetching.rangeNotOver, fetching.rangeReversed];
const scope = [
  ...[credentials.scopeInvalid, tenants.providerNotFound, tenants.merchantNotFound],
  ...[credentials.platformNotFound, credentials.accountNotFound],
];
const secrets = [
  ...[credentials.appSecretInvalid, credentials.callbackTokenInvalid, credentials.encodingAesKeyInvalid],
  credentials.publicOriginInvalid,
];

const tries = [code('limited', 'too_many_attempts'), code('limited', 'login_busy')];
const care = [code('denied', 'user_beyond_reach'), code('denied', 'own_account')];
const grant = [
  ...[tenants.roleNotGrantable, tenants.membershipScopeInvalid],
  ...[tenants.providerNotFound, tenants.merchantNotFound],
];
const linkOver = code('not_found', 'password_link_over');

/** By the word before `{id}` in a path. */
export const NOT_FOUND: Readonly<Record<string, Refusal>> = {
  accounts: credentials.accountNotFound,
  'api-keys': tenants.apiKeyNotFound,
  campaigns: credentials.campaignNotFound,
  fetches: fetching.fetchNotFound,
  merchants: tenants.merchantNotFound,
  platforms: credentials.platformNotFound,
  purges: tenants.purgeNotFound,
  reconciles: credentials.reconcileNotFound,
  'report-links': code('not_found', 'report_link_not_found'),
  webhooks: code('not_found', 'webhook_not_found'),
  deliveries: code('not_found', 'webhook_delivery_not_found'),
  sessions: code('not_found', 'session_not_found'),
  users: code('not_found', 'user_not_found'),
};

/** What single routes refuse, besides what all of their kind do. */
export const OF_ROUTE: Readonly<Record<string, readonly Refusal[]>> = {
  'POST /api/v1/session': [code('unauthenticated', 'login_failed'), tenants.noMembership, ...tries],
  'POST /api/v1/session/code': [
    ...[code('unauthenticated', 'login_over'), code('denied', 'code_wrong'), tenants.noMembership, ...tries],
  ],
  'POST /api/v1/session/password': [
    ...[code('denied', 'password_wrong'), code('conflict', 'password_changed'), tenants.passwordUnfit, ...tries],
  ],
  'POST /api/v1/second-factor': [code('denied', 'password_wrong'), code('conflict', 'second_factor_on'), ...tries],
  'POST /api/v1/second-factor/confirm': [code('denied', 'code_wrong'), code('conflict', 'second_factor_on'), ...tries],
  'POST /api/v1/second-factor/disable': [code('denied', 'password_wrong'), code('denied', 'code_wrong'), ...tries],
  'GET /api/v1/password-links/{token}': [linkOver],
  'POST /api/v1/password-links/{token}': [linkOver, tenants.passwordUnfit, ...tries],
  'POST /api/v1/users/{id}/link': care,
  'DELETE /api/v1/users/{id}/link': care,
  'DELETE /api/v1/users/{id}/sessions': care,
  'DELETE /api/v1/users/{id}/second-factor': care,
  'POST /api/v1/users': [...[...grant, tenants.emailTaken, tenants.passwordUnfit, code('limited', 'login_busy')]],
  'POST /api/v1/users/{id}/memberships': [...grant, tenants.membershipHeld, tenants.tooManyMemberships],
  'PATCH /api/v1/users/{id}/memberships/{membershipId}': [
    ...[tenants.membershipNotFound, tenants.membershipScopeInvalid, tenants.membershipHeld],
    tenants.lastProviderAdmin,
  ],
  'DELETE /api/v1/users/{id}/memberships/{membershipId}': [
    ...[tenants.membershipNotFound, tenants.lastProviderAdmin, tenants.lastHost],
  ],
  'POST /api/v1/merchants': [credentials.providerRequired, tenants.providerNotFound],
  'POST /api/v1/merchants/{id}/invites': [credentials.platformNotFound, credentials.platformRequired],
  'GET /api/v1/merchants/{id}/export': [tenants.purgeBegun],
  'POST /api/v1/merchants/{id}/purge': [tenants.purgeNotConfirmed, tenants.purgeOpen],
  'GET /api/v1/merchants/{id}/purge': [tenants.purgeNotFound],
  'POST /api/v1/merchants/{id}/purge/cancel': [tenants.purgeNotFound, tenants.purgeBegun],
  'POST /api/v1/platforms': [
    ...[credentials.providerRequired, tenants.providerNotFound, credentials.platformExists],
    ...[credentials.appidInvalid, ...secrets],
  ],
  'PATCH /api/v1/platforms/{id}': secrets,
  'GET /api/v1/platforms/{id}/doctor': [code('unavailable', 'doctor_busy')],
  'POST /api/v1/platforms/{id}/reconciles': [credentials.reconcileOpen],
  'PATCH /api/v1/accounts/{id}': [
    ...[tenants.merchantNotFound, credentials.accountOwned, credentials.merchantOfOtherProvider],
  ],
  'POST /api/v1/accounts/{id}/reread': [
    ...[credentials.rereadTooSoon, credentials.ticketMissing, credentials.componentTokenCap],
    ...[credentials.authorizationLost, code('upstream', 'wechat_timeout')],
  ],
  'GET /api/v1/accounts/{id}/coverage': days,
  'GET /api/v1/accounts/{id}/cumulate': days,
  'GET /api/v1/reports/cumulate': [
    ...days,
    credentials.scopeInvalid,
    tenants.merchantNotFound,
    credentials.accountNotFound,
  ],
  'POST /api/v1/report-links': [
    ...[...days, credentials.scopeInvalid, tenants.merchantNotFound, credentials.accountNotFound],
    ...[code('invalid', 'link_accounts_mixed'), code('conflict', 'link_origin_unknown')],
    ...[code('conflict', 'too_many_links'), code('denied', 'report_not_readable')],
  ],
  'POST /api/v1/webhooks': [
    ...[code('invalid', 'webhook_url_refused'), code('invalid', 'webhook_owner_needed')],
    ...[code('conflict', 'too_many_webhooks'), tenants.providerNotFound],
  ],
  'PATCH /api/v1/webhooks/{id}': [code('invalid', 'webhook_url_refused')],
  'POST /api/v1/webhooks/{id}/test': [code('conflict', 'webhook_disabled')],
  'POST /api/v1/webhooks/{id}/replay': [code('conflict', 'webhook_disabled')],
  'POST /api/v1/webhooks/deliveries/{id}/replay': [
    ...[code('conflict', 'webhook_disabled'), code('conflict', 'webhook_delivery_under_way')],
  ],
  'GET /r/{token}': [code('not_found', 'report_link_closed')],
  'POST /api/v1/api-keys': [
    ...[tenants.keyOwnerInvalid, tenants.providerNotFound, tenants.merchantNotFound, credentials.accountNotFound],
    ...[tenants.expiryInvalid, tenants.tooManyKeys, tenants.scopeNotGrantable],
  ],
  'POST /api/v1/campaigns': [
    ...[...scope, credentials.campaignTooLarge, credentials.campaignEmpty, credentials.scopeSpansProviders],
  ],
  'POST /api/v1/campaigns/{id}/links': [
    ...[credentials.campaignClosed, credentials.campaignExpired, credentials.memberNotFound],
  ],
  'POST /api/v1/campaigns/{id}/sent': [credentials.campaignClosed, credentials.memberNotFound],
  'POST /api/v1/fetches': [...days, ...scope, fetching.scopeEmpty, credentials.scopeSpansProviders],
  'POST /api/v1/fetches/{id}/cancel': [fetching.fetchOver],
  'POST /api/v1/fetches/{id}/retry': [fetching.nothingToRetry],
  'GET /api/v1/fetches/{id}/events': [fetching.tooManyStreams],
};

const policy = { name: 'key', limit: 600, windowSeconds: 60 } as const;

/** What whole kinds of routes refuse. */
export const OF_KIND = {
  every: [
    code('invalid', 'request_malformed'),
    code('unavailable', 'database_unavailable'),
    code('bug', 'internal_error'),
  ],
  known: [
    ...[code('unauthenticated', 'login_required'), code('denied', 'not_allowed')],
    () => rateLimited({ policy, remaining: 0, resetSeconds: 17, isOver: true }),
  ],
  withKey: [tenants.apiKeyInvalid],
  unsafe: [
    ...[code('denied', 'origin_refused'), code('invalid', 'body_malformed'), code('invalid', 'body_too_large')],
    code('invalid', 'media_type_unsupported'),
  ],
  withInput: [
    () =>
      new ValidationFailed([{ field: 'name', rule: 'unknownField', text: { en: 'unknown field', zh: '未知字段' } }]),
  ],
  list: [tenants.cursorInvalid],
  repeatable: [keyMalformed, idempotencyKeyInUse, idempotencyKeyReused, idempotencyAnswerLost],
} as const satisfies Readonly<Record<string, readonly Refusal[]>>;
