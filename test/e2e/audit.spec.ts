import { type Api } from '../support/api';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-02-01', to: '2026-02-07' };
const EVENTS = '/api/v1/audit-events';

let system: System;
let host: Api;
let provider: Provider;
let other: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
let account: string;

beforeAll(async () => {
  system = await System.start({ now: NOW });
  host = await makeHost(system);
  [provider, other] = [await makeProvider(system, host), await makeProvider(system, host)];
  merchant = await makeMerchant(provider, system);
  account = (await authorize(system, provider, merchant.id)).id;
}, 120_000);
afterAll(() => system.stop());

const eventsOf = async (api: Api, query = ''): Promise<any[]> => ok(await api.get(`${EVENTS}${query}`), 200).items;
const chainsOf = async (api: Api): Promise<any[]> => ok(await api.get(`${EVENTS}/verification`), 200).chains;

describe('the audit log', () => {
  it('tells who did what to which tenant, from where, and how it ended', async () => {
    const path = '/api/v1/fetches';
    const { id } = ok(await provider.admin.post(path, { scope: { accounts: [account] }, ...DAYS }), 202);
    const refused = await provider.admin.post(path, { scope: { accounts: [account] }, ...DAYS, to: '2030-01-01' });
    expect(refused.status).toBe(422);
    const support = await makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });
    expect((await support.api.post(path, { scope: { accounts: [account] }, ...DAYS })).status).toBe(403);
    await merchant.api.get(`/api/v1/reports/cumulate?merchant=${merchant.id}&from=2026-02-01&to=2026-02-07`);

    const [read, denied, , , rejected, done] = (await eventsOf(provider.admin)).filter(
      ({ action }) => action !== 'audit:read',
    );
    const common = { merchant: merchant.id, address: '127.0.0.1', seq: null };
    expect(done).toMatchObject({
      ...{ action: 'fetch:start', route: 'POST /api/v1/fetches', target: account, targets: [account], outcome: 'done' },
      ...{ ...common, actor: { kind: 'user', name: provider.email, isOfProvider: false }, code: null },
    });
    expect(done.id).toMatch(/^req_/);
    expect(rejected).toMatchObject({ ...common, outcome: 'refused', code: 'range_not_over' });
    expect(denied).toMatchObject({ action: 'fetch:start', outcome: 'refused', code: 'not_allowed', merchant: null });
    expect(read).toMatchObject({ ...common, action: 'report:read', outcome: 'done', targets: [merchant.id] });
    expect(id).toMatch(/^fet_/);
  });

  it('shows a merchant what was done to it, and not who of its provider did it', async () => {
    const [own, theirs] = [await eventsOf(merchant.api), await eventsOf(provider.admin, `?merchant=${merchant.id}`)];
    expect(own.length).toBeGreaterThan(2);
    const text = JSON.stringify(own);
    expect(text).not.toContain(provider.email);
    expect(own.some(({ actor }) => actor.isOfProvider && actor.id === null)).toBe(true);
    expect(own.some(({ actor }) => actor.name === merchant.email)).toBe(true);
    for (const { merchant: whose } of [...own, ...theirs]) expect(whose).toBe(merchant.id);
    expect(JSON.stringify(await eventsOf(other.admin))).not.toContain(provider.id.slice(4));
    expect(await eventsOf(other.admin, `?target=${account}`)).toEqual([]);
  });

  it('says of logins who came in, and that somebody did not', async () => {
    const wrong = await system.api().post('/api/v1/session', { email: provider.email, password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect((await eventsOf(host, '?action=session:login&outcome=refused'))[0]).toMatchObject({
      ...{ actor: { kind: 'nobody', id: null, name: null }, code: 'login_failed', address: '127.0.0.1' },
    });
    const logins = await eventsOf(provider.admin, '?action=session:login');
    expect(logins.map(({ actor }) => actor.name)).toContain(provider.email);
    expect(JSON.stringify(await eventsOf(host))).not.toContain('not the password');
  });

  it('says who set a password through a link, by the API and on the page', async () => {
    for (const isPage of [false, true]) {
      const person = { email: `guest-${Number(isPage)}@example.test`, name: 'Guest' };
      const memberships = [{ role: 'provider_support', provider: provider.id }];
      const { id, link } = ok(await provider.admin.post('/api/v1/users', { ...person, memberships }), 201);
      const [password, token] = ['correct horse battery', new URL(link.url).pathname.split('/').at(-1)!];
      const set = isPage
        ? await fetch(link.url, { method: 'POST', body: new URLSearchParams({ password }) })
        : await system.api().post(`/api/v1/password-links/${token}`, { password });
      expect(set.status).toBe(isPage ? 200 : 204);
      const [told] = await eventsOf(provider.admin, '?action=password:set');
      expect(told).toMatchObject({
        ...{ actor: { kind: 'user', id, name: person.email }, target: id, outcome: 'done', address: '127.0.0.1' },
        route: isPage ? 'POST /password/:token' : 'POST /api/v1/password-links/:token',
      });
      expect(JSON.stringify(told)).not.toContain(token);
    }
  });

  it('is a file, too', async () => {
    const answer = await provider.admin.get(`${EVENTS}/export?action=fetch:start`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, ...lines] = answer.text.trimEnd().split('\r\n');
    expect(head).toBe(
      'at,id,actor_kind,actor_id,actor_name,action,route,merchant,target,targets,address,outcome,code,seq',
    );
    expect(lines).toHaveLength((await eventsOf(provider.admin, '?action=fetch:start')).length);
    expect(lines.every((line) => line.includes('fetch:start'))).toBe(true);
  });

  it('is sealed by a worker, and shows what was removed', async () => {
    await system.moveClock(700_000);
    await until(
      'all are sealed',
      async () => (await eventsOf(provider.admin, '?to=2026-03-10T02:01:00Z')).every(({ seq }) => seq !== null),
      40_000,
    );
    const [whole] = await chainsOf(provider.admin);
    expect(whole).toMatchObject({ chain: provider.id, fault: null });
    expect(whole.events).toBeGreaterThan(5);
    expect(await chainsOf(host)).toMatchObject([{ chain: 'installation', fault: null }]);
    expect(await chainsOf(merchant.api)).toEqual([]);
    await system.db.query('DELETE FROM audit_event WHERE chain = ? AND seq = 3', [provider.id]);
    expect((await chainsOf(provider.admin))[0].fault).toEqual({ at: 3, because: 'missing' });
    expect((await chainsOf(other.admin))[0].fault).toBeNull();
  });
});
