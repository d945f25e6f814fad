import { type Answer, Api } from '../support/api';
import { problemFaults } from '../support/problems';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

/** 10:00 in Shanghai. */
const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-02-20', to: '2026-03-09' };
const CUMULATE = '/datacube/getusercumulate';
const ENDED = /event: end\ndata: .*\n\n/;

let system: System;
let provider: Provider;
let secondOrigin: string;

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { STREAM_CHECK_MS: '200', STREAMS_PER_USER: '3' } });
  provider = await makeProvider(system, await makeHost(system));
  secondOrigin = (await system.startAnotherGateway()).origin;
}, 60_000);
afterAll(() => system.stop());
afterEach(() => system.sandbox.control('DELETE', 'faults'));

interface Person {
  readonly api: Api;
  readonly email: string;
  readonly password: string;
}

async function elsewhere({ email, password }: Person): Promise<Api> {
  const api = new Api(secondOrigin);
  await api.login(email, password);
  return api;
}

/** A fetch that waits for yesterday, which WeChat does not have yet. */
async function waitingFetch(): Promise<{ person: Person & { id: string }; account: string; path: string }> {
  await system.sandbox.faults({ readyHour: 23, notReadyMode: 'partial' });
  const person = await makeMerchant(provider, system);
  const { id: account } = await authorize(system, provider, person.id, { account: { birth: '2020-01-01' } });
  const { now } = await system.sandbox.control('GET', 'clock');
  const to = new Date(Date.parse(now) + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
  const asked = ok(
    await person.api.post('/api/v1/fetches', { scope: { accounts: [account] }, from: DAYS.from, to }),
    202,
  );
  const path = `/api/v1/fetches/${asked.id as string}`;
  await until('it waits', async () => ok(await person.api.get(path), 200).tasks.waiting_data === 1);
  return { person, account, path };
}

const eventsOf = ({ text }: Answer): { id: string | null; event: string; data: any }[] =>
  text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => ({
      id: /^id: (.*)$/m.exec(block)?.[1] ?? null,
      event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }));

describe('the events of a fetch', () => {
  it('tell its progress, go on at another gateway where they were, and end with it', async () => {
    const { person, path } = await waitingFetch();
    const [now] = eventsOf(await person.api.listen(`${path}/events`, /event: progress\n.*\n\n/));
    expect(now).toMatchObject({
      event: 'progress',
      data: { state: 'running', expanding: false, tasks: { waiting_data: 1 } },
    });

    const there = await elsewhere(person);
    const quiet = await there.listen(`${path}/events`, /\n: \n\n/, { 'last-event-id': now!.id! });
    expect([quiet.headers.get('content-type'), eventsOf(quiet)]).toEqual(['text/event-stream; charset=utf-8', []]);

    const rest = there.listen(`${path}/events`, ENDED, { 'last-event-id': now!.id! });
    await system.sandbox.control('DELETE', 'faults');
    await system.moveClock(31 * 60_000);
    const events = eventsOf(await rest);
    expect(events.at(-1)).toEqual({ id: null, event: 'end', data: { because: 'over' } });
    expect(events.at(-2)).toMatchObject({ event: 'progress', data: { state: 'done', tasks: { done: 1 } } });
    const ids = events.flatMap(({ id }) => id ?? []);
    expect(ids).not.toContain(now!.id);

    expect(eventsOf(await person.api.listen(`${path}/events`, ENDED)).map(({ id }) => id)).toEqual([ids.at(-1), null]);
    expect((await person.api.get(`${path}/events`, { 'last-event-id': ids.at(-1)! })).status).toBe(204);
  });

  it('end when the session ends, and when the right is lost', async () => {
    const { person, path } = await waitingFetch();
    const following = person.api.listen(`${path}/events`, ENDED);
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: person.id });
    const looking = viewer.api.listen(`${path}/events`, ENDED);
    await until('both follow', async () => {
      const seen = await person.api.listen(`${path}/events`, /event: progress\n.*\n\n/);
      return seen.status === 200;
    });
    expect((await person.api.delete('/api/v1/session')).status).toBe(204);
    expect(eventsOf(await following).at(-1)?.data).toEqual({ because: 'not_allowed' });
    const [user] = await system.db.query('SELECT id FROM user WHERE email = ?', [viewer.email]);
    await system.db.query('DELETE FROM membership WHERE user_id = ?', [(user as { id: string }[])[0]!.id]);
    expect(eventsOf(await looking).at(-1)?.data).toEqual({ because: 'not_allowed' });
  });

  it('are followed by one person a few times at once, not without end', async () => {
    const { person, path } = await waitingFetch();
    const stop = new AbortController();
    const cookie = person.api.setCookie!.split(';', 1)[0]!;
    const url = `${system.gatewayOrigin}${path}/events`;
    const open = await Promise.all(
      [1, 2, 3].map(() => fetch(url, { headers: { cookie }, signal: stop.signal }).then(({ status }) => status)),
    );
    expect(open).toEqual([200, 200, 200]);
    for (const [asked, language] of [
      ['en', 'en'],
      ['zh-CN', 'zh'],
    ] as const) {
      const refused = await person.api.get(`${path}/events`, { 'accept-language': asked });
      expect([refused.status, refused.json.code]).toEqual([429, 'too_many_streams']);
      expect(problemFaults(refused, language)).toEqual([]);
    }
    stop.abort();
    await until('there is room again', async () => {
      const seen = await person.api.listen(`${path}/events`, /event: /);
      return seen.status === 200;
    });
  });

  it('do not hold up the end of a gateway', async () => {
    const { person, path } = await waitingFetch();
    const { program: third, origin } = await system.startAnotherGateway();
    const api = new Api(origin);
    await api.login(person.email, person.password);
    const following = api.listen(`${path}/events`, ENDED);
    await api.listen(`${path}/events`, /event: progress/);
    const began = Date.now();
    expect(await third.stop()).toBe(0);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(eventsOf(await following).at(-1)?.data).toEqual({ because: 'shutting_down' });
  });
});

describe('cancel and retry', () => {
  it('stop what waits and take it up again, once each, and explain themselves', async () => {
    const { person, path } = await waitingFetch();
    const cancelled = ok(await person.api.post(`${path}/cancel`, {}), 202);
    expect(cancelled).toMatchObject({ state: 'cancelled', tasks: { cancelled: 1 }, cancelledAt: expect.any(String) });
    expect(ok(await person.api.post(`${path}/cancel`, {}), 202)).toEqual(cancelled);
    await system.sandbox.control('DELETE', 'faults');
    const retried = ok(await person.api.post(`${path}/retry`, {}), 202);
    expect(retried).toMatchObject({ state: 'running', cancelledAt: null });
    await until('it is done', async () => ok(await person.api.get(path), 200).state === 'done');
    for (const [act, code] of [
      ['cancel', 'fetch_over'],
      ['retry', 'nothing_to_retry'],
    ] as const) {
      for (const [asked, language] of [
        ['en', 'en'],
        ['zh-CN', 'zh'],
      ] as const) {
        const refused = await person.api.post(`${path}/${act}`, {}, { 'accept-language': asked });
        expect([refused.status, refused.json.code]).toEqual([409, code]);
        expect(problemFaults(refused, language)).toEqual([]);
      }
    }
  });

  it('cancel a task whose call is under way: its answer is stored, and nothing is asked after it', async () => {
    const person = await makeMerchant(provider, system);
    const { id: account } = await authorize(system, provider, person.id, { account: { birth: '2020-01-01' } });
    await system.sandbox.forgetCalls();
    await system.sandbox.faults({ latencyMs: 2_000 });
    const days = { from: '2026-01-01', to: '2026-02-20' };
    const { id } = ok(await person.api.post('/api/v1/fetches', { scope: { accounts: [account] }, ...days }), 202);
    const path = `/api/v1/fetches/${id as string}`;
    await until('it runs', async () => ok(await person.api.get(path), 200).tasks.running === 1);
    await until('it calls', async () => {
      const [rows] = await system.db.query("SELECT 1 FROM fetch_task WHERE fetch_id = ? AND state = 'running'", [id]);
      return (rows as object[]).length === 1;
    });
    await new Promise((called) => setTimeout(called, 500));
    ok(await person.api.post(`${path}/cancel`, {}), 202);
    const stored = async (): Promise<number> => {
      const days = ok(await person.api.get(`/api/v1/accounts/${account}/coverage?from=2026-01-01&to=2026-02-20`), 200);
      return days.days.value;
    };
    await until('its answer is stored', async () => (await stored()) === 7);
    const [rows] = await system.db.query('SELECT in_flight AS appid, state FROM fetch_task WHERE fetch_id = ?', [id]);
    expect(rows).toEqual([{ appid: null, state: 'cancelled' }]);
    await system.sandbox.control('DELETE', 'faults');
    expect(await system.sandbox.calls(CUMULATE)).toEqual({ 0: 1 });
    ok(await person.api.post(`${path}/retry`, {}), 202);
    await until('all is stored', async () => (await stored()) === 51);
    expect(await system.sandbox.calls(CUMULATE)).toEqual({ 0: 8 });
  });
});

describe('what is told of an account', () => {
  it('reaches from its authorization to the calls that brought its days and what was corrected', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id, { account: { birth: '2020-01-01' } });
    const fetchDays = async (more = {}): Promise<void> => {
      const body = { scope: { accounts: [id] }, from: '2026-03-01', to: '2026-03-07', ...more };
      const asked = ok(await merchant.api.post('/api/v1/fetches', body), 202);
      await until(
        'done',
        async () => ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}`), 200).state === 'done',
      );
    };
    await system.sandbox.faults({ datacubeErrcode: 40001, datacubeErrcodeCount: 1, datacubeErrcodeAppid: appid });
    await fetchDays();
    await system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: '2026-03-03', cumulate_user: 4242 });
    await fetchDays({ refetch: true });

    const path = `/api/v1/accounts/${id}/timeline`;
    const { items } = ok(await merchant.api.get(path, { 'accept-language': 'zh-CN' }), 200);
    const kinds = items.map(({ kind }: { kind: string }) => kind);
    expect(kinds[0]).toBe('revision');
    expect(kinds.filter((kind: string) => kind === 'call').length).toBeGreaterThanOrEqual(2);
    expect(kinds.slice(-2).toSorted()).toEqual(['authorized', 'permission']);
    expect(items[0].revision).toMatchObject({ day: '2026-03-03', new: 4242, reason: 'corrected' });
    const calls = items.flatMap(({ call }: { call: any }) => call ?? []);
    expect(calls.at(-1).first).toBe(true);
    expect(calls.filter(({ first }: { first: boolean }) => first)).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      from: '2026-03-01',
      to: '2026-03-07',
      outcome: 'answered',
      rows: 7,
      wechat: null,
    });
    const refused = calls.find(({ wechat }: { wechat: object | null }) => wechat !== null);
    if (refused)
      expect(refused.wechat).toMatchObject({ errcode: 40001, meaning: expect.stringMatching(/[\u4e00-\u9fff]/) });

    const paged: any[] = [];
    for (let cursor = ''; ;) {
      const page = ok(
        await merchant.api.get(`${path}?limit=2${cursor && `&cursor=${cursor}`}`, { 'accept-language': 'zh-CN' }),
        200,
      );
      paged.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(items);
    const foreign = ok(await merchant.api.get('/api/v1/fetches?limit=1'), 200).nextCursor;
    const wrong = await merchant.api.get(`${path}?cursor=${foreign as string}`);
    expect([wrong.status, wrong.json.code]).toEqual([422, 'cursor_invalid']);

    const covered = ok(await merchant.api.get(`/api/v1/accounts/${id}/coverage?from=2026-02-27&to=2026-03-08`), 200);
    expect(covered).toMatchObject({
      ranges: [
        { from: '2026-02-27', to: '2026-02-28', state: 'unknown' },
        { from: '2026-03-01', to: '2026-03-07', state: 'value' },
        { from: '2026-03-08', to: '2026-03-08', state: 'unknown' },
      ],
      days: { value: 7, unknown: 3, absent: 0, before: 0 },
      pause: null,
    });
    const all = ok(await merchant.api.get(`/api/v1/accounts/${id}/coverage`), 200);
    expect([all.from, all.ranges.length]).toEqual(['2014-12-01', 3]);
    const bad = await merchant.api.get(`/api/v1/accounts/${id}/coverage?from=2014-11-30`);
    expect([bad.status, bad.json.code]).toEqual([422, 'range_before_first_day']);
  });
});
