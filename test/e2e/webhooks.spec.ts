import { type Api } from '../support/api';
import { freePort, Program, until } from '../support/processes';
import { Receiver, verified } from '../support/receiver';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(90_000);

const NOW = '2026-03-10T02:00:00.000Z';
const HOOKS = '/api/v1/webhooks';
const TOPICS = [
  ...['account.authorized', 'account.updated', 'account.revoked'],
  ...['days.stored', 'task.failed', 'ticket.late'],
];

let system: System;
let host: Api;
let worker: Program;
let provider: Provider;
let receiver: Receiver;

beforeAll(async () => {
  system = await System.start({ now: NOW, workers: 0 });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  worker = await system.startWorker();
}, 120_000);
afterAll(() => system.stop());
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  for (const { id } of ok(await provider.admin.get(HOOKS), 200).items) await provider.admin.delete(`${HOOKS}/${id}`);
  await receiver.stop();
});

interface Hook {
  readonly id: string;
  readonly secret: string;
}
async function hook(topics: string[] = ['task.failed'], url = receiver.url): Promise<Hook> {
  return ok(await provider.admin.post(HOOKS, { name: 'events', url, topics }), 201);
}
const ping = async ({ id }: Hook): Promise<any> => ok(await provider.admin.post(`${HOOKS}/${id}/test`, {}), 202);
const delivery = async (id: string): Promise<any> => ok(await provider.admin.get(`${HOOKS}/deliveries/${id}`), 200);
const inState = (id: string, state: string, attempts: number): Promise<any> =>
  until(`${state} after ${attempts}`, async () => {
    const seen = await delivery(id);
    return seen.state === state && seen.attempts === attempts ? seen : null;
  });

describe('webhooks', () => {
  it('tell each topic once, signed, when its cause happens', async () => {
    const { secret } = await hook(TOPICS);
    const merchant = await makeMerchant(provider, system);
    const { platform } = provider;
    const { id, appid } = await authorize(system, provider, merchant.id, { account: { birth: '2020-01-01' } });
    const ids = { account: id, appid, platform: platform.id, merchant: merchant.id };
    const facts = { ...ids, componentAppid: platform.appid };
    const grant = await receiver.waitFor('account.authorized');
    expect(grant.json.data).toEqual({ ...facts, state: 'authorized', permissionSets: [2] });

    const body = { component_appid: platform.appid, sets: [1, 2] };
    await system.sandbox.control('POST', `accounts/${appid}/update`, body);
    const update = await receiver.waitFor('account.updated');
    expect(update.json.data).toEqual({ ...facts, state: 'authorized', permissionSets: [1, 2] });

    const scope = { accounts: [id] };
    await provider.admin.post('/api/v1/fetches', { scope, from: '2026-01-01', to: '2026-02-28' });
    const path = `/api/v1/accounts/${id}/coverage?from=2026-01-01&to=2026-02-28`;
    await until('all days are in', async () => ok(await provider.admin.get(path), 200).days?.value !== 0);
    await until('all days are stored', async () => {
      const [rows] = await system.db.query('SELECT COUNT(*) AS n FROM daily_cumulate');
      return (rows as { n: number }[])[0]!.n === 59;
    });
    await system.moveClock(31_000);
    const stored = await receiver.waitFor('days.stored');
    expect(stored.json.data).toEqual({ ...ids, from: '2026-01-01', to: '2026-02-28', days: 59, corrected: 0 });

    await system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: '2026-02-03', cumulate_user: 4242 });
    const again = { scope, from: '2026-02-01', to: '2026-02-07', refetch: true };
    await provider.admin.post('/api/v1/fetches', again);
    await until('the correction is stored', async () => {
      const [rows] = await system.db.query('SELECT COUNT(*) AS n FROM cumulate_revision');
      return (rows as { n: number }[])[0]!.n === 1;
    });
    await system.moveClock(31_000);
    const corrected = await receiver.waitFor('days.stored', 2);
    expect(corrected.json.data).toMatchObject({ from: '2026-02-03', to: '2026-02-03', days: 1, corrected: 1 });

    await system.sandbox.faults({ datacubeErrcode: 61500, datacubeErrcodeCount: 1, datacubeErrcodeAppid: appid });
    const lost = { scope, from: '2025-12-01', to: '2025-12-07' };
    const fetch = ok(await provider.admin.post('/api/v1/fetches', lost), 202);
    const failure = await receiver.waitFor('task.failed');
    expect(failure.json.data).toMatchObject({ ...ids, fetch: fetch.id, because: 'wechat_61500', errcode: 61500 });
    expect(failure.json.data).toMatchObject({ from: lost.from, to: lost.to });

    await system.sandbox.control('POST', `accounts/${appid}/cancel`, { component_appid: platform.appid });
    const end = await receiver.waitFor('account.revoked');
    expect(end.json.data).toEqual({ ...facts, state: 'revoked', permissionSets: [] });

    await system.sandbox.faults({ ticketPushLost: true });
    await system.moveClock(31 * 60_000);
    const second = await system.startWorker();
    const late = await receiver.waitFor('ticket.late');
    expect(late.json.data).toEqual({
      ...{ platform: platform.id, componentAppid: platform.appid },
      ...{ receivedAt: expect.stringMatching(/Z$/), expiresAt: expect.stringMatching(/Z$/) },
    });
    // Whoever looks again finds that it was told.
    await second.stop();
    await (await system.startWorker()).stop();
    await system.sandbox.control('DELETE', 'faults');
    await system.sandbox.control('POST', 'push', { component_appid: platform.appid });

    const counts = TOPICS.map((topic) => [topic, receiver.ofType(topic).length]);
    expect(counts).toEqual(TOPICS.map((topic) => [topic, topic === 'days.stored' ? 2 : 1]));
    for (const one of receiver.received) {
      expect(verified(one, secret)).toEqual(one.json);
      expect(one.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(Object.keys(one.json)).toEqual(['type', 'timestamp', 'data']);
      expect(one.id).toMatch(/^evt_/);
      expect(Buffer.byteLength(one.body)).toBeLessThan(1_000);
    }
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(receiver.received.length);
  });

  it('write nothing for a provider that asked for none of it', async () => {
    const [before] = await system.db.query('SELECT MAX(id) AS id FROM outbox_event');
    await hook(['ticket.late']);
    const merchant = await makeMerchant(provider, system);
    await authorize(system, provider, merchant.id);
    const [after] = await system.db.query('SELECT MAX(id) AS id FROM outbox_event');
    expect(after).toEqual(before);
  });

  it('come again after a failure and after silence, with the same id and body', async () => {
    receiver.replies = [500, 'silence', { status: 302, headers: { location: receiver.url } }];
    const { secret, ...made } = await hook();
    const { id, event } = await ping({ secret, ...made });
    expect(await inState(id, 'pending', 1)).toMatchObject({ status: 500, because: 'refused', response: 'no: 500' });
    await system.moveClock(7_000);
    expect(await inState(id, 'pending', 2)).toMatchObject({ status: null, fault: 'timeout', because: 'unreachable' });
    await system.moveClock(7 * 60_000);
    expect(await inState(id, 'pending', 3)).toMatchObject({ status: 302, because: 'redirected' });
    await system.moveClock(37 * 60_000);
    expect(await inState(id, 'delivered', 4)).toMatchObject({ status: 204, because: 'accepted', nextAttemptAt: null });
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map((one) => `${one.id} ${one.body}`))).toEqual(
      new Set([`${event as string} ${receiver.received[0]!.body}`]),
    );
    for (const one of receiver.received) verified(one, secret);
  });

  it('survive a worker that is killed while it sends, and none that runs', async () => {
    receiver.replies = ['silence'];
    const made = await hook(['account.authorized']);
    const { id } = await ping(made);
    await receiver.waitFor('webhook.ping');
    await worker.stop('SIGKILL');
    const merchant = await makeMerchant(provider, system);
    const account = await authorize(system, provider, merchant.id);
    worker = await system.startWorker();
    const grant = await receiver.waitFor('account.authorized');
    expect(grant.json.data.account).toBe(account.id);
    // The dead worker's lease is real time: a second to send, and 15 besides.
    await receiver.waitFor('webhook.ping', 2, 30_000);
    expect(await inState(id, 'delivered', 2)).toMatchObject({ status: 204 });
    expect(receiver.received.map((one) => one.json.type).sort()).toEqual([
      ...['account.authorized', 'webhook.ping', 'webhook.ping'],
    ]);
  });

  it('of one endpoint wait for no other', async () => {
    const slow = await Receiver.start();
    slow.otherwise = 'silence';
    const [silent, quick] = [await hook(undefined, slow.url), await hook()];
    for (let n = 0; n < 12; n++) await ping(silent);
    const began = performance.now();
    await ping(quick);
    await receiver.waitFor('webhook.ping');
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(slow.received.length).toBeLessThanOrEqual(6);
    await slow.stop();
  });

  it('are signed with the old and the new secret for a day after a rotation', async () => {
    const made = await hook();
    const rotated = await provider.admin.post(`${HOOKS}/${made.id}/secret`, {});
    expect([rotated.status, rotated.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { secret, previousUntil } = rotated.json;
    const { now } = await system.sandbox.control('GET', 'clock');
    expect(Math.abs(Date.parse(previousUntil) - Date.parse(now) - 86_400_000)).toBeLessThan(5_000);
    await ping(made);
    const both = await receiver.waitFor('webhook.ping');
    for (const one of [made.secret, secret]) verified(both, one);
    await system.moveClock(86_400_000 + 2_000);
    // Sessions end, too.
    await provider.admin.login(provider.email, provider.password);
    await ping(made);
    const one = await receiver.waitFor('webhook.ping', 2);
    verified(one, secret);
    expect(() => verified(one, made.secret)).toThrow();
    expect(one.headers['webhook-signature']).not.toContain(' ');
  });

  it('can be sent once more: one, or all that failed', async () => {
    const made = await hook();
    const first = await ping(made);
    await inState(first.id, 'delivered', 1);
    ok(await provider.admin.post(`${HOOKS}/deliveries/${first.id as string}/replay`, {}), 202);
    const again = await receiver.waitFor('webhook.ping', 2);
    expect(again.id).toBe(first.event);
    await inState(first.id, 'delivered', 1);

    receiver.otherwise = 410;
    const { id } = await ping(made);
    expect(await inState(id, 'failed', 1)).toMatchObject({ because: 'gone', status: 410 });
    const off = ok(await provider.admin.get(`${HOOKS}/${made.id}`), 200);
    expect(off).toMatchObject({ state: 'disabled', disabledBecause: 'gone' });
    const refused = await provider.admin.post(`${HOOKS}/${made.id}/test`, {});
    expect([refused.status, refused.json.code]).toEqual([409, 'webhook_disabled']);

    receiver.otherwise = 204;
    const { items } = ok(await provider.admin.get(`${HOOKS}/${made.id}/deliveries?state=failed`), 200);
    expect(items.map((one: { id: string }) => one.id)).toEqual([id]);
    ok(await provider.admin.request('PATCH', `${HOOKS}/${made.id}`, { enabled: true }), 200);
    const since = (at: string) => provider.admin.post(`${HOOKS}/${made.id}/replay`, { since: at });
    expect(ok(await since('2099-01-01T00:00:00Z'), 202)).toEqual({ replayed: 0 });
    expect(ok(await since('2026-01-01T00:00:00Z'), 202)).toEqual({ replayed: 1 });
    await inState(id, 'delivered', 1);
    const page = ok(await provider.admin.get(`${HOOKS}/${made.id}/deliveries?limit=1`), 200);
    expect(page.items.map((one: { id: string }) => one.id)).toEqual([id]);
    const next = await provider.admin.get(`${HOOKS}/${made.id}/deliveries?limit=1&cursor=${page.nextCursor as string}`);
    expect(ok(next, 200).items.map((one: { id: string }) => one.id)).toEqual([first.id]);
  });

  it('show the secret once, and the address to who may change it', async () => {
    const { id, secret, ...told } = ok(
      await provider.admin.post(HOOKS, { name: ' events ', url: receiver.url, topics: ['days.stored'] }),
      201,
    );
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(told).toMatchObject({ name: 'events', url: receiver.url, state: 'enabled', provider: provider.id });
    const seen = await provider.admin.get(`${HOOKS}/${id as string}`);
    expect(seen.json).toEqual({ id, ...told });
    const support = await makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });
    for (const path of [HOOKS, `${HOOKS}/${id as string}`]) {
      const { status, text } = await support.api.get(path);
      expect([status, text.includes('hush'), text.includes(new URL(receiver.url).origin)]).toEqual([200, false, true]);
    }
    const [rows] = await system.db.query('SELECT sealed FROM webhook_secret WHERE endpoint_id = ?', [id]);
    const [{ sealed }] = rows as [{ sealed: Buffer }];
    for (const form of ['latin1', 'hex', 'base64'] as const)
      expect(sealed.toString(form)).not.toContain(secret.slice(6, 40));
  });

  it.each([
    ['http://hooks.example.com/', 'not_https'],
    ['https://10.0.0.1/', 'not_public'],
    ['https://169.254.169.254/latest/meta-data/', 'not_public'],
    ['https://[::ffff:127.0.0.1]/', 'not_public'],
    ['https://nobody.invalid/', 'not_public'],
    ['https://user:pass@hooks.example.com/', 'has_credentials'],
  ])('refuse %s', async (url, because) => {
    const answer = await provider.admin.post(HOOKS, { name: 'x', url, topics: ['days.stored'] });
    expect([answer.status, answer.json.code, answer.json.because]).toEqual([422, 'webhook_url_refused', because]);
    const made = await hook();
    const change = await provider.admin.request('PATCH', `${HOOKS}/${made.id}`, { url });
    expect([change.status, change.json.code]).toEqual([422, 'webhook_url_refused']);
  });

  it('allow ten endpoints', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, () =>
        provider.admin.post(HOOKS, { name: 'x', url: receiver.url, topics: ['days.stored'] }),
      ),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(all.filter(({ status, json }) => status === 409 && json.code === 'too_many_webhooks')).toHaveLength(2);
  });

  it('never lead to this machine outside of local mode', async () => {
    const ports = { GATEWAY_PORT: String(await freePort()), OPS_PORT: String(await freePort()) };
    for (const name of ['gateway', 'worker']) {
      const env = { ...system.env, ...ports, LOCAL_MODE: '0' };
      const program = Program.start(`${name}-refused`, `apps/${name}/src/main.js`, env);
      expect(await program.exit()).toBe(1);
      expect(program.lastOutput).toContain('WEBHOOK_LOOPBACK needs LOCAL_MODE');
    }
  });
});
