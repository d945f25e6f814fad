import { type Answer, type Api } from '../support/api';
import { problemFaults } from '../support/problems';
import { startGoingFetch } from '../support/going-fetch';
import { System } from '../support/system';
import { makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(120_000);

const NOW = '2026-03-10T02:00:00.000Z';
const END = /event: end\ndata: .*\n\n/;

let system: System;
let host: Api;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
/** A fetch of the merchant's that goes on: WeChat has no row for yesterday yet. */
let events: string;

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { STREAM_CHECK_MS: '200' } });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  merchant = await makeMerchant(provider, system);
  events = await startGoingFetch(system, provider, merchant);
}, 180_000);
afterAll(() => system.stop());

interface Seen {
  readonly id: string;
  readonly email: string;
  readonly memberships: readonly { readonly id: string; readonly role: string }[];
}
type Person = Awaited<ReturnType<typeof makeUser>>;

async function seen(by: Api, email: string): Promise<Seen | undefined> {
  const { items } = ok(await by.get('/api/v1/users?limit=200'), 200) as { items: Seen[] };
  return items.find((one) => one.email === email);
}
async function membershipOf(by: Api, email: string, role?: string): Promise<string> {
  const person = await seen(by, email);
  const membership = person?.memberships.find((one) => role === undefined || one.role === role);
  return `/api/v1/users/${person!.id}/memberships/${membership!.id}`;
}
const viewer = (): Promise<Person> =>
  makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
const codeOf = ({ status, json }: Answer): unknown[] => [status, json?.code];

describe('who leaves', () => {
  it('is out at once, streams included, and is told so after showing the password', async () => {
    const person = await viewer();
    const stream = person.api.listen(events, END);
    await person.api.listen(events, /event: progress\n/);
    const link = ok(
      await merchant.api.post(`/api/v1/users/${(await seen(merchant.api, person.email))!.id}/link`, {}),
      201,
    );
    expect((await merchant.api.delete(await membershipOf(merchant.api, person.email))).status).toBe(204);
    expect((await person.api.get('/api/v1/session')).status).toBe(401);
    expect((await stream).text).toContain('data: {"because":"not_allowed"}');
    expect(codeOf(await system.api().get(`/api/v1/password-links/${link.url.split('/').at(-1) as string}`))).toEqual([
      ...[404, 'password_link_over'],
    ]);
    const login = (password: string, language = 'en'): Promise<Answer> =>
      system.api().post('/api/v1/session', { email: person.email, password }, { 'accept-language': language });
    expect(codeOf(await login('not my password'))).toEqual([401, 'login_failed']);
    for (const language of ['en', 'zh'] as const) {
      const answer = await login(person.password, language);
      expect(codeOf(answer)).toEqual([403, 'no_membership']);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(problemFaults(answer, language)).toEqual([]);
    }
    const [last] = ok(await host.get('/api/v1/audit-events?action=session:login&outcome=refused'), 200).items;
    expect(last).toMatchObject({ code: 'no_membership', actor: { kind: 'nobody', name: null } });
    expect([await seen(merchant.api, person.email), (await seen(host, person.email))?.memberships]).toEqual([
      ...[undefined, []],
    ]);
  });

  it('keeps what other roles show, and loses the streams of this one', async () => {
    const other = await makeMerchant(provider, system);
    const person = await viewer();
    const { id } = (await seen(provider.admin, person.email))!;
    const wanted = { role: 'merchant_viewer', merchant: other.id };
    const given = ok(await provider.admin.post(`/api/v1/users/${id}/memberships`, wanted), 201);
    expect(given).toEqual({ id: expect.stringMatching(/^mem_/), ...wanted });
    expect(ok(await person.api.get('/api/v1/merchants'), 200).items).toHaveLength(2);
    const stream = person.api.listen(events, END);
    await person.api.listen(events, /event: progress\n/);
    expect((await seen(merchant.api, person.email))!.memberships).toHaveLength(1);
    expect((await merchant.api.delete(await membershipOf(merchant.api, person.email))).status).toBe(204);
    expect((await stream).text).toContain('data: {"because":"not_allowed"}');
    const { items } = ok(await person.api.get('/api/v1/merchants'), 200);
    expect(items.map((one: { id: string }) => one.id)).toEqual([other.id]);
  });

  it('leaves keys and report links to the tenant they are of', async () => {
    const admin = await makeUser(provider.admin, system, { role: 'merchant_admin', merchant: merchant.id });
    const whose = { merchant: merchant.id };
    const key = { name: 'nightly', scopes: ['merchant:read'], ...whose };
    const made = ok(await admin.api.post('/api/v1/api-keys', key), 201);
    const days = { name: 'week', from: '2026-03-01', to: '2026-03-07' };
    const link = ok(await admin.api.post('/api/v1/report-links', { ...days, ...whose }), 201);
    expect((await admin.api.delete(await membershipOf(admin.api, admin.email))).status).toBe(204);
    expect((await admin.api.get('/api/v1/session')).status).toBe(401);
    const program = system.api();
    expect((await program.get('/api/v1/merchants', { authorization: `Bearer ${made.key as string}` })).status).toBe(
      200,
    );
    expect((await fetch(link.url as string)).status).toBe(200);
  });

  it('comes back as somebody new, whom the same address invites', async () => {
    const person = await viewer();
    const before = (await seen(provider.admin, person.email))!.id;
    const again = {
      email: person.email,
      name: 'Again',
      memberships: [{ role: 'merchant_viewer', merchant: merchant.id }],
    };
    expect(codeOf(await provider.admin.post('/api/v1/users', again))).toEqual([409, 'email_taken']);
    expect((await provider.admin.delete(await membershipOf(provider.admin, person.email))).status).toBe(204);
    const { id, state } = ok(await provider.admin.post('/api/v1/users', again), 201);
    expect([state, id === before]).toEqual(['invited', false]);
  });
});

describe('roles', () => {
  it('change in one request, and hold from the next on', async () => {
    const person = await makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });
    const make = (): Promise<Answer> => person.api.post('/api/v1/merchants', { name: 'made by staff' });
    expect((await make()).status).toBe(403);
    const path = await membershipOf(provider.admin, person.email);
    const set = (role: string): Promise<Answer> => provider.admin.request('PATCH', path, { role });
    expect(ok(await set('provider_operator'), 200)).toEqual({
      ...{ id: path.split('/').at(-1), role: 'provider_operator', provider: provider.id },
    });
    expect((await make()).status).toBe(201);
    expect(codeOf(await set('merchant_admin'))).toEqual([422, 'membership_scope_invalid']);
    expect(codeOf(await set('queen'))).toEqual([422, 'validation_failed']);
    expect((await set('provider_support')).status).toBe(200);
    expect((await make()).status).toBe(403);
  });

  it('are given once for one Idempotency-Key, and never upward', async () => {
    const person = await viewer();
    const path = `/api/v1/users/${(await seen(provider.admin, person.email))!.id}/memberships`;
    const wanted = { role: 'provider_support', provider: provider.id };
    const give = (by: Api, body: object, headers = {}): Promise<Answer> => by.post(path, body, headers);
    const key = { 'idempotency-key': 'give-once' };
    const [first, second] = [await give(provider.admin, wanted, key), await give(provider.admin, wanted, key)];
    expect([first.status, second.status, second.json]).toEqual([201, 201, first.json]);
    expect(codeOf(await give(provider.admin, wanted))).toEqual([409, 'membership_held']);
    expect(codeOf(await give(provider.admin, { role: 'host' }))).toEqual([403, 'role_not_grantable']);
    for (const by of [merchant.api, person.api])
      expect(codeOf(await give(by, { role: 'merchant_admin', merchant: merchant.id }))).toEqual([403, 'not_allowed']);
    const support = await membershipOf(provider.admin, person.email, 'provider_support');
    expect(codeOf(await merchant.api.delete(support))).toEqual([404, 'membership_not_found']);
  });

  it('of the last administrator and the last host stay, in both languages', async () => {
    const { email } = ok(await host.get('/api/v1/session'), 200).user;
    const cases: [Api, string, string][] = [
      [provider.admin, await membershipOf(provider.admin, provider.email), 'last_provider_admin'],
      [host, await membershipOf(host, provider.email), 'last_provider_admin'],
      [host, await membershipOf(host, email), 'last_host'],
    ];
    for (const [by, path, code] of cases)
      for (const language of ['en', 'zh'] as const) {
        const answer = await by.request('DELETE', path, undefined, { 'accept-language': language });
        expect(codeOf(answer)).toEqual([409, code]);
        expect(problemFaults(answer, language)).toEqual([]);
      }
  });

  it('of two administrators who remove each other at once leave one', async () => {
    const { id } = ok(await host.post('/api/v1/providers', { name: 'two heads' }), 201);
    const both = [1, 2].map(() => makeUser(host, system, { role: 'provider_admin', provider: id }));
    const [a, b] = (await Promise.all(both)) as [Person, Person];
    const [ofA, ofB] = [await membershipOf(b.api, a.email), await membershipOf(a.api, b.email)];
    const answers = await Promise.all([a.api.delete(ofB), b.api.delete(ofA)]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const left = await Promise.all([a, b].map(({ api }) => api.get('/api/v1/users')));
    expect(left.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('are in the logs of whom they were of: when given, changed and taken away', async () => {
    const person = await viewer();
    const { id } = (await seen(provider.admin, person.email))!;
    const wanted = { role: 'provider_support', provider: provider.id };
    const given = ok(await provider.admin.post(`/api/v1/users/${id}/memberships`, wanted), 201).id as string;
    const path = `/api/v1/users/${id}/memberships/${given}`;
    ok(await provider.admin.request('PATCH', path, { role: 'provider_operator' }), 200);
    expect((await provider.admin.delete(path)).status).toBe(204);
    expect((await merchant.api.delete(await membershipOf(merchant.api, person.email))).status).toBe(204);
    const logOf = async (by: Api): Promise<any[]> =>
      ok(await by.get('/api/v1/audit-events'), 200).items.filter(
        ({ action, targets }: { action: string; targets: string[] }) => action !== 'user:read' && targets.includes(id),
      );
    const ofProvider = (await logOf(provider.admin)).filter(({ merchant: whose }) => whose === null);
    expect(ofProvider.map(({ action, outcome }) => `${action as string} ${outcome as string}`)).toEqual([
      ...['membership:end done', 'user:write done', 'user:write done'],
    ]);
    expect(ofProvider[0].targets).toEqual([id, given]);
    const [newest] = await logOf(merchant.api);
    expect(newest).toMatchObject({ action: 'membership:end', outcome: 'done', merchant: merchant.id });
    expect(newest.actor.name).toBe(merchant.email);
  });
});
