import { type Answer, type Api } from '../support/api';
import { KEYS, MAY } from '../support/access-promises';
import { bodyFor, DAYS } from '../support/route-bodies';
import { innerKind, kindOfPath, KINDS, type Kind } from '../support/id-kinds';
import { MatrixWorld, type Actor, type Thing } from '../support/matrix-world';
import { sameForAll } from '../support/problems';
import { NO_DAYS, WECHAT_ASKS } from '../support/wechat-program';
import { idOfNothing, routesOf, type Route } from '../support/routes';
import { System } from '../support/system';
import { makeHost, makeProvider, newAppid, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

let system: System;
let host: Api;
let routes: Route[];
let wechatRoutes: Route[];
const world = new MatrixWorld();
const { things, actors, providers, secrets } = world;
let cases = 0;
let leaked = 0;
let found: string[] = [];

beforeAll(async () => {
  system = await System.start({ workers: 0 });
  host = await makeHost(system);
  actors.push({ role: 'host', api: host, provider: null, merchant: null });
  for (let n = 0; n < 2; n++) await world.furnish(system, await makeProvider(system, host));
  const nowhere = { provider: 'none', merchant: null };
  for (const { api: owner } of actors.filter(({ role }) => KEYS[role] === undefined))
    for (const { id } of ok(await owner.get('/api/v1/sessions'), 200).items)
      things.push({ kind: 'ses', id, ...nowhere, owner });
  const { id, email } = ok(await host.get('/api/v1/session'), 200).user;
  things.push({ kind: 'usr', id, ...nowhere, text: email });
  const all = await routesOf(system.api());
  routes = all.filter(({ path }) => path.startsWith('/api/v1/'));
  // A report link is asked by nobody in particular: its own test knows it.
  wechatRoutes = all.filter((route) => !routes.includes(route) && route.path !== '/r/{token}');
}, 120_000);
afterAll(async () => {
  process.stdout.write(`routes ${routes.length + wechatRoutes.length}, cases ${cases}, leaks ${leaked}\n`);
  await system.stop();
});

function reaches(actor: Actor, thing: Thing): boolean {
  if (thing.owner) return thing.owner === actor.api;
  // A host looks after everybody.
  if (actor.role === 'host' && ['usr', 'mem'].includes(thing.kind)) return true;
  if (actor.account !== undefined) return thing.id === actor.account;
  return actor.merchant === null ? actor.provider === thing.provider : actor.merchant === thing.merchant;
}
/** What one has lies on a platform of one's provider, and says so. */
function isKnown(actor: Actor, thing: Thing): boolean {
  const own = things.find((one) => reaches(actor, one))?.provider;
  // An account says whose it is, and which invite brought it.
  const account = things.find(({ id }) => id === actor.account);
  if (account && thing.merchant === account.merchant && /mer|inv/.test(thing.kind)) return true;
  return actor.role === 'host' || reaches(actor, thing) || (thing.provider === own && /prv|plt/.test(thing.kind));
}
const may = ({ role }: Actor, { action }: Route): boolean =>
  action !== null && (KEYS[role]?.includes(action) ?? MAY[action]?.includes(role) ?? false);
const nameOf = (actor: Actor, route: Route): string => `${actor.role}: ${route.method} ${route.path}`;

/** Something of a kind that the actor reaches, or at least its provider or merchant has. */
function ownId(actor: Actor, kind: Kind): string {
  const own = things.find((thing) => thing.kind === kind && reaches(actor, thing));
  return (own ?? things.find((thing) => thing.kind === kind)!).id;
}

/** Refusals that the description does not tell of. */
const untold = new Set<string>();

/** As `send`; notes what the API's description ought to have told. */
async function call(...args: Parameters<typeof send>): Promise<Answer> {
  const answer = await send(...args);
  const [, route] = args;
  const told = route.operation.responses[answer.status]?.content?.['application/problem+json']?.examples ?? {};
  if (answer.status >= 400 && !(answer.json.code in told))
    untold.add(`${route.method} ${route.path}: ${answer.status} ${String(answer.json.code)}`);
  return answer;
}

/** Sends a route as an actor would, with an id in the path and, for `input`, one in the query or body. */
function send(
  api: Api,
  route: Route,
  ids: { path?: string; inner?: string; input?: string; id?: string } = {},
  headers = {},
): Promise<Answer> {
  const { path = '', inner = 'mem_0', input = '', id = '' } = ids;
  const isOfDays = /\/reports\/|\/cumulate$/.test(route.path);
  const query =
    route.method !== 'GET' || (input === '' && !isOfDays)
      ? {}
      : { ...(isOfDays && DAYS), ...(input && { [input]: id }) };
  const search = new URLSearchParams(query).toString();
  const address = `${route.path.replace('{id}', path).replace(/\{\w+Id\}/, inner)}${search && `?${search}`}`;
  // Events of a fetch that nobody runs would never end.
  if (route.path.endsWith('/events')) return api.listen(address, /\nevent: .*\n.*\n\n/, headers);
  if (route.method === 'GET') return api.get(address, headers);
  if (route.method === 'DELETE') return api.request('DELETE', address, undefined, headers);
  return api.request(
    route.method,
    address,
    bodyFor(route, { input, id, merchant: things.find(({ kind }) => kind === 'mer')!.id }),
    headers,
  );
}

function judge(label: string, holds: boolean, seen: string): void {
  cases++;
  if (!holds) found.push(`${label}: ${seen}`);
}

function expectNoLeaks(): void {
  const here = found;
  leaked += here.length;
  found = [];
  expect(here).toEqual([]);
}

const brief = ({ status, text }: Answer): string => `${status} ${text.slice(0, 160)}`;

async function rows(): Promise<string> {
  const people = ['user', 'membership', 'session', 'password_link', 'second_factor', 'api_key', 'api_key_account'];
  const others = [
    ...['provider', 'platform', 'merchant', 'merchant_purge', 'invite', 'campaign', 'campaign_member'],
    ...['account', 'reconcile_run', '`fetch`', 'fetch_task', 'schedule', 'report_link'],
    ...['report_link_account', 'report_link_use', 'webhook_endpoint', 'webhook_secret', 'webhook_delivery'],
  ];
  const tables = [...people, ...others];
  const [counts] = await system.db.query(
    `SELECT ${tables.map((t, i) => `(SELECT COUNT(*) FROM ${t}) AS t${i}`).join(', ')}`,
  );
  const [names] = await system.db.query('SELECT GROUP_CONCAT(name ORDER BY id) AS names FROM platform');
  return JSON.stringify([counts, names]);
}

describe('every route', () => {
  it('tells what it requires, in words this test knows', () => {
    expect(routes.length).toBeGreaterThanOrEqual(20);
    expect(routes.filter(({ action }) => action === null).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/session',
      'GET /api/v1/password-links/{token}',
      'POST /api/v1/password-links/{token}',
      'POST /api/v1/session/code',
    ]);
    const actions = new Set(routes.flatMap(({ action }) => action ?? []));
    expect([...actions, 'datacube:call'].sort()).toEqual(Object.keys(MAY).sort());
  });

  it('takes an Idempotency-Key where it starts or makes something, or says why not', () => {
    const silent = routes.filter(({ method, action, idempotency }) => {
      const isSaid = idempotency?.taken === true || (idempotency?.because ?? '').length > 10;
      return method === 'POST' && action !== null && !isSaid;
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('answers a foreign id as one that does not exist', async () => {
    const before = await rows();
    for (const route of routes.filter(({ path }) => path.includes('{id}'))) {
      const kind = kindOfPath(route);
      for (const actor of actors.filter((one) => may(one, route))) {
        const foreign = things.filter((thing) => thing.kind === kind && !reaches(actor, thing));
        // To a host nobody is foreign.
        if (foreign.length === 0 && actor.role === 'host') continue;
        expect(foreign.length).toBeGreaterThan(0);
        const nothing = await call(actor.api, route, { path: idOfNothing(foreign[0]!.id) });
        for (const { id } of foreign) {
          // Whoever knows an answer, or a key of a request, already is told no more.
          const known = { 'if-none-match': '*', 'idempotency-key': 'matrix' };
          const answer = await call(actor.api, route, { path: id }, known);
          const same = answer.status === 404 && sameForAll(answer) === sameForAll(nothing);
          judge(nameOf(actor, route), same, brief(answer));
        }
      }
    }
    expectNoLeaks();
    expect(await rows()).toBe(before);
  });

  it('answers a foreign id within one’s own as one that does not exist', async () => {
    const before = await rows();
    const nested = routes.filter(({ path }) => innerKind(path) !== undefined);
    expect(nested.length).toBeGreaterThanOrEqual(2);
    for (const route of nested) {
      for (const actor of actors.filter((one) => may(one, route))) {
        const path = ownId(actor, kindOfPath(route));
        const nothing = await call(actor.api, route, { path, inner: idOfNothing(`mem_${'x'.repeat(26)}`) });
        const foreign = things.filter((thing) => thing.kind === innerKind(route.path) && !reaches(actor, thing));
        for (const { id } of foreign) {
          const answer = await call(actor.api, route, { path, inner: id });
          const same = answer.status === 404 && sameForAll(answer) === sameForAll(nothing);
          judge(nameOf(actor, route), same, brief(answer));
        }
      }
    }
    expectNoLeaks();
    expect(await rows()).toBe(before);
  });

  it('answers a foreign id in its query or body as one that does not exist', async () => {
    const before = await rows();
    const inputs = routes.flatMap((route) => route.inputs.map((input) => ({ route, input })));
    expect(inputs.length).toBeGreaterThanOrEqual(10);
    for (const { route, input } of inputs) {
      const kind = KINDS[input.split('.').at(-1)!];
      if (kind === undefined) throw new Error(`teach this test the ids of ${input}`);
      for (const actor of actors.filter((one) => may(one, route) && one.role !== 'host')) {
        const path = route.path.includes('{') ? ownId(actor, kindOfPath(route)) : '';
        // A filter of a list may name what the list itself shows.
        const isOwn = route.method === 'GET' ? isKnown : reaches;
        const foreign = things.filter((thing) => thing.kind === kind && !isOwn(actor, thing));
        const nothing = await call(actor.api, route, { path, input, id: idOfNothing(foreign[0]!.id) });
        for (const { id } of foreign) {
          const answer = await call(actor.api, route, { path, input, id });
          const empty = answer.status === 200 && (answer.json === undefined || answer.json.items?.length === 0);
          const same = (answer.status === 404 || empty) && sameForAll(answer) === sameForAll(nothing);
          judge(`${nameOf(actor, route)} ${input}`, same, brief(answer));
        }
      }
    }
    expectNoLeaks();
    expect(await rows()).toBe(before);
  });

  it('tells nobody of what is foreign, and nobody a secret', async () => {
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      for (const actor of actors.filter((one) => may(one, route))) {
        const path = route.path.includes('{') ? ownId(actor, kindOfPath(route)) : '';
        const extra = route.path.includes('/reports/') ? { input: 'accounts', id: ownId(actor, 'acc') } : {};
        const answer = await call(actor.api, route, { path, ...extra });
        judge(nameOf(actor, route), answer.status === 200, brief(answer));
        // The log keeps the ids one's own people tried: those of others, too, after the tests before. A key's text is part of its id.
        const isLog = route.path.includes('/audit-events');
        const isUntried = (one: Thing): boolean => !isLog || (one.text !== undefined && one.kind !== 'key');
        for (const thing of things.filter((one) => !isKnown(actor, one) && isUntried(one)))
          for (const text of [isLog ? thing.text! : thing.id, thing.text ?? thing.id])
            judge(nameOf(actor, route), !answer.text.includes(text), `holds ${text}`);
        for (const secret of secrets) judge(nameOf(actor, route), !answer.text.includes(secret), 'holds a secret');
      }
    }
    expectNoLeaks();
  });

  it('shows everybody all that is their own', async () => {
    for (const [list, kind] of [
      ['merchants', 'mer'],
      ['accounts', 'acc'],
      ['fetches', 'fet'],
    ] as const) {
      const route = routes.find(({ method, path }) => method === 'GET' && path === `/api/v1/${list}`)!;
      for (const actor of actors.filter((one) => one.role !== 'host' && may(one, route))) {
        const { items } = ok(await actor.api.get(`/api/v1/${list}`), 200);
        const own = things.filter((thing) => thing.kind === kind && reaches(actor, thing)).map(({ id }) => id);
        expect(items.map((item: { id: string }) => item.id).sort()).toEqual(own.sort());
        expect(own.length).toBe(actor.merchant === null && actor.account === undefined ? 2 : 1);
      }
    }
  });

  it('refuses roles that may not, on what is their own, and no others', async () => {
    for (const route of routes.filter(({ action }) => action !== null)) {
      for (const actor of actors) {
        if (route.method === 'DELETE' && may(actor, route)) continue;
        const ids = route.path.includes('{') ? { path: ownId(actor, kindOfPath(route)) } : {};
        if (may(actor, route)) {
          const nothing = ids.path === undefined ? {} : { path: idOfNothing(ids.path) };
          const asked =
            route.method === 'GET' || ids.path !== undefined
              ? await call(actor.api, route, nothing)
              : await actor.api.post(route.path, []);
          judge(nameOf(actor, route), ![401, 403].includes(asked.status) && asked.status < 500, brief(asked));
          continue;
        }
        const answer = await call(actor.api, route, ids);
        judge(nameOf(actor, route), answer.status === 403 && answer.json.code === 'not_allowed', brief(answer));
      }
    }
    expectNoLeaks();
  });

  it('asks who calls first', async () => {
    const strangers = [
      system.api(),
      { cookie: 'wpg_session=made-up' },
      { cookie: '__Host-wpg_session=x; wpg_session=' },
    ];
    for (const route of routes.filter(({ action }) => action !== null)) {
      for (const stranger of strangers) {
        const answer = await call(system.api(), route, { path: 'x' }, 'cookie' in stranger ? stranger : {});
        judge(`nobody: ${route.path}`, answer.status === 401 && answer.json.code === 'login_required', brief(answer));
      }
    }
    expectNoLeaks();
  });

  it('takes no unsafe request that another site sent', async () => {
    const before = await rows();
    const elsewhere: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: system.gatewayOrigin.replace('http:', 'http://evil.example#') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: system.gatewayOrigin },
    ];
    const admin = actors.find(({ role }) => role === 'provider_admin')!;
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      for (const headers of elsewhere) {
        const answer = await call(admin.api, route, { path: 'x' }, headers);
        judge(
          `${route.method} ${route.path}`,
          answer.status === 403 && answer.json.code === 'origin_refused',
          brief(answer),
        );
      }
    }
    const home = { origin: system.gatewayOrigin, 'sec-fetch-site': 'same-origin' };
    expect((await admin.api.post('/api/v1/merchants', {}, home)).status).toBe(422);
    expect((await admin.api.get('/api/v1/merchants', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
    expectNoLeaks();
    expect(await rows()).toBe(before);
  });

  it('refuses nothing that the description does not tell of', () => {
    expect([...untold]).toEqual([]);
  });
});

describe('every route for programs made for WeChat', () => {
  const plain = ({ text }: Answer): string => text.replace(/rid: .*/, '');

  it('is known here', () => {
    expect(wechatRoutes.map(({ method, path }) => `${method} ${path}`)).toEqual(Object.keys(WECHAT_ASKS));
  });

  it('answers for the accounts of the key alone, and for others as for none', async () => {
    const accounts = things.filter(({ kind }) => kind === 'acc');
    for (const [route, send] of Object.entries(WECHAT_ASKS)) {
      for (const actor of actors) {
        if (actor.key === undefined) continue;
        const nothing = await send(system.api(), actor.key, newAppid());
        judge(`${actor.role}: ${route}`, nothing.json.errcode === 40013, brief(nothing));
        for (const account of accounts) {
          const answer = await send(system.api(), actor.key, account.text!);
          const isServed = answer.status === 200 && answer.json.errcode === undefined;
          const holds = reaches(actor, account) ? isServed : plain(answer) === plain(nothing);
          judge(`${actor.role}: ${route}`, holds, brief(answer));
        }
      }
    }
    expectNoLeaks();
  });

  it('knows no cookie and no key of another scope', async () => {
    const { id, merchant, text } = things.find(({ kind }) => kind === 'acc')!;
    const admin = actors.find((actor) => actor.role === 'merchant_admin' && actor.merchant === merchant)!;
    const scopes = KEYS['merchant_key']!.filter((scope) => scope !== 'datacube:call');
    const { key } = ok(await admin.api.post('/api/v1/api-keys', { name: 'all but one', merchant, scopes }), 201);
    for (const [route, send] of Object.entries(WECHAT_ASKS)) {
      const answer = await send(system.api(), key, text!);
      judge(`without the scope: ${route}`, answer.json.errcode === 48001, brief(answer));
    }
    const person = await admin.api.post(`/datacube/getusercumulate?appid=${text!}&account=${id}`, NO_DAYS);
    judge('a person', person.json.errcode === 41001, brief(person));
    expectNoLeaks();
  });
});

describe('people and fetches of several tenants', () => {
  const accountsOf = (provider: Provider): string[] =>
    things.filter(({ kind, provider: owner }) => kind === 'acc' && owner === provider.id).map(({ id }) => id);

  it('shows a fetch of two merchants to who asked for it and works for both', async () => {
    const [provider] = providers;
    const [first, second] = things.filter(({ kind, provider: owner }) => kind === 'mer' && owner === provider!.id);
    const memberships = [first, second].map((merchant) => ({ role: 'merchant_admin', merchant: merchant!.id }));
    const person = { email: 'both-merchants@example.test', password: 'correct horse battery' };
    ok(await provider!.admin.post('/api/v1/users', { ...person, name: 'Both', memberships }), 201);
    const api = system.api();
    await api.login(person.email, person.password);
    const answer = await api.post('/api/v1/fetches', { scope: { accounts: accountsOf(provider!) }, ...DAYS });
    expect(answer.status).toBe(202);
    const { items } = ok(await api.get(`/api/v1/fetches/${answer.json.id as string}/tasks`), 200);
    expect(items.map(({ account }: { account: string }) => account)).toEqual(accountsOf(provider!));
  });

  it('shows nobody the other provider’s part of a fetch that somebody of both asked for', async () => {
    const memberships = providers.map(({ id }) => ({ role: 'provider_operator', provider: id }));
    const person = { email: 'both-providers@example.test', password: 'correct horse battery' };
    ok(await host.post('/api/v1/users', { ...person, name: 'Both', memberships }), 201);
    const api = system.api();
    await api.login(person.email, person.password);
    const answer = await api.post('/api/v1/fetches', { scope: { accounts: providers.flatMap(accountsOf) }, ...DAYS });
    if (answer.status === 202) {
      const path = `/api/v1/fetches/${answer.json.id as string}`;
      for (const [i, { admin }] of providers.entries()) {
        for (const shown of [
          await admin.get(path),
          await admin.get(`${path}/tasks`),
          await admin.get('/api/v1/fetches'),
        ])
          for (const id of accountsOf(providers[1 - i]!))
            judge('fetch of both providers', !shown.text.includes(id), `holds ${id}`);
      }
    }
    expectNoLeaks();
  });

  it('ends a session for good', async () => {
    const { email, password } = providers[0]!;
    const api = system.api();
    await api.login(email, password);
    const cookie = api.setCookie!.split(';', 1)[0]!;
    expect((await api.delete('/api/v1/session')).status).toBe(204);
    expect((await system.api().get('/api/v1/session', { cookie })).status).toBe(401);
  });
});
