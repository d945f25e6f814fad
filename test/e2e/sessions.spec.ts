import { type Api } from '../support/api';
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
/** A fetch that goes on: WeChat has no row for yesterday yet. */
let events: string;

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { STREAM_CHECK_MS: '200' } });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  merchant = await makeMerchant(provider, system);
  events = await startGoingFetch(system, provider, merchant);
}, 180_000);
afterAll(() => system.stop());

type Person = Awaited<ReturnType<typeof makeUser>>;
const viewer = (): Promise<Person> =>
  makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });

async function loginAgain({ email, password }: Person): Promise<Api> {
  const api = system.api();
  await api.login(email, password);
  return api;
}
const sessionsOf = async (api: Api): Promise<{ id: string; isCurrent: boolean }[]> =>
  ok(await api.get('/api/v1/sessions'), 200).items;

describe('open sessions', () => {
  it('are shown to their person', async () => {
    const person = await viewer();
    const elsewhere = await loginAgain(person);
    const [newest, oldest, ...more] = await sessionsOf(elsewhere);
    expect(more).toEqual([]);
    expect(newest).toMatchObject({ isCurrent: true, address: '127.0.0.1', agent: expect.any(String) });
    expect(oldest).toMatchObject({ isCurrent: false, createdAt: expect.stringMatching(/^2026-03-10T02:/) });
    expect((await sessionsOf(person.api)).map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
  });

  it('end one at a time, with the streams they follow', async () => {
    const person = await viewer();
    const elsewhere = await loginAgain(person);
    const ended = person.api.listen(events, END);
    await person.api.listen(events, /event: progress\n/);
    const [, first] = await sessionsOf(elsewhere);
    expect((await elsewhere.delete(`/api/v1/sessions/${first!.id}`)).status).toBe(204);
    expect((await ended).text).toContain('data: {"because":"not_allowed"}');
    expect((await person.api.get('/api/v1/session')).status).toBe(401);
    expect((await elsewhere.get('/api/v1/session')).status).toBe(200);
    expect((await elsewhere.delete(`/api/v1/sessions/${first!.id}`)).status).toBe(404);
  });

  it('end everywhere at once, with all streams', async () => {
    const person = await viewer();
    const elsewhere = await loginAgain(person);
    const streams = [person.api, elsewhere].map((api) => api.listen(events, END));
    for (const api of [person.api, elsewhere]) await api.listen(events, /event: progress\n/);
    const answer = await elsewhere.delete('/api/v1/sessions');
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    for (const stream of streams) expect((await stream).text).toContain('data: {"because":"not_allowed"}');
    for (const api of [person.api, elsewhere]) expect((await api.get('/api/v1/session')).status).toBe(401);
  });

  it('end after four hours without use', async () => {
    const [used, unused] = [await viewer(), await viewer()];
    await system.moveClock(2 * 3_600_000);
    expect((await used.api.get('/api/v1/session')).status).toBe(200);
    await system.moveClock(2 * 3_600_000);
    expect((await used.api.get('/api/v1/session')).status).toBe(200);
    expect((await unused.api.get('/api/v1/session')).status).toBe(401);
  });
});

it('logs in without Redis', async () => {
  await system.gateway.stop();
  await system.startGateway({ REDIS_URL: 'redis://127.0.0.1:1' });
  expect((await loginAgain(merchant)).setCookie).toContain('wpg_session=');
});
