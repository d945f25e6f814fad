import { type Route } from './routes';
import { newAppid } from './tenants';

export const DAYS = { from: '2025-01-01', to: '2025-01-07' };

interface Named {
  /** A member with dots, or none. */
  readonly input: string;
  readonly id: string;
  /** Of some merchant, for bodies that need one. */
  readonly merchant: string;
}

/** A good body for a route; one more field is put where `input` says. Throws for a route it was not taught. */
export function bodyFor(route: Route, { input, id, merchant }: Named): object {
  const [head = '', field = ''] = input.split('.');
  const named = input === '' ? {} : { [head]: id };
  switch (`${route.method} ${route.path}`) {
    case 'POST /api/v1/users': {
      const role = field === 'provider' ? 'provider_support' : 'merchant_viewer';
      const person = { email: 'wall@example.test', name: 'Wall', password: 'correct horse battery' };
      return { ...person, memberships: [{ role, [field]: id }] };
    }
    case 'POST /api/v1/users/{id}/memberships':
      return input === 'provider'
        ? { role: 'provider_support', ...named }
        : { role: 'merchant_viewer', merchant, ...named };
    case 'PATCH /api/v1/users/{id}/memberships/{membershipId}':
      return { role: 'merchant_viewer' };
    case 'POST /api/v1/platforms': {
      const keys = { appSecret: 's', callbackToken: 't', encodingAesKey: 'a'.repeat(43) };
      return { appid: newAppid(), name: 'Wall', publicOrigin: 'https://wall.example', ...keys, ...named };
    }
    case 'POST /api/v1/campaigns':
      return { name: 'Wall', sets: [7], scope: { [field]: field === 'accounts' ? [id] : id } };
    case 'POST /api/v1/campaigns/{id}/links':
    case 'POST /api/v1/campaigns/{id}/sent':
      return input === '' ? {} : { members: [id] };
    case 'POST /api/v1/campaigns/{id}/close':
      return {};
    case 'POST /api/v1/api-keys':
      return { name: 'Wall', scopes: ['account:read'], ...(input === 'accounts' ? { accounts: [id] } : named) };
    case 'POST /api/v1/webhooks':
      return { name: 'Wall', url: 'http://127.0.0.1:9/', topics: ['days.stored'], ...named };
    case 'POST /api/v1/webhooks/{id}/replay':
      return { since: '2026-01-01T00:00:00Z' };
    case 'POST /api/v1/report-links': {
      const own = { merchant };
      return { name: 'Wall', ...DAYS, ...(input === '' ? own : { [input]: input === 'accounts' ? [id] : id }) };
    }
    case 'POST /api/v1/fetches':
      return { scope: { [field]: field === 'accounts' ? [id] : id }, ...DAYS };
    case 'POST /api/v1/merchants':
    case 'POST /api/v1/providers':
    case 'PATCH /api/v1/platforms/{id}':
    case 'PATCH /api/v1/webhooks/{id}':
      return { name: 'Wall', ...named };
    case 'POST /api/v1/merchants/{id}/purge':
      return { confirm: 'Wall' };
    case 'POST /api/v1/merchants/{id}/invites':
      return { ...named };
    case 'PUT /api/v1/platforms/{id}/schedule':
      return { daily: { enabled: true, at: '09:00' }, backfill: { enabled: true } };
    case 'POST /api/v1/platforms/{id}/reconciles':
      return { dryRun: true };
    case 'POST /api/v1/accounts/{id}/reread':
    case 'POST /api/v1/webhooks/{id}/secret':
    case 'POST /api/v1/webhooks/{id}/test':
    case 'POST /api/v1/webhooks/deliveries/{id}/replay':
    case 'POST /api/v1/merchants/{id}/purge/cancel':
    case 'POST /api/v1/fetches/{id}/cancel':
    case 'POST /api/v1/fetches/{id}/retry':
    case 'POST /api/v1/users/{id}/link':
      return {};
    case 'PATCH /api/v1/accounts/{id}':
      return { merchant, ...named };
    case 'POST /api/v1/session':
      return { email: 'wall@example.test', password: 'correct horse battery' };
    case 'POST /api/v1/session/password':
      return { oldPassword: 'correct horse battery', newPassword: 'correct horse staple' };
    case 'POST /api/v1/second-factor':
    case 'POST /api/v1/password-links/{token}':
      return { password: 'correct horse battery' };
    case 'POST /api/v1/session/code':
    case 'POST /api/v1/second-factor/confirm':
    case 'POST /api/v1/second-factor/disable':
      return { password: 'correct horse battery', code: '123456' };
    default:
      throw new Error(`teach this test a body for ${route.method} ${route.path}`);
  }
}
