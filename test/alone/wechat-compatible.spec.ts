import { randomBytes } from 'node:crypto';
import { type Api } from '../support/api';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, newAppid, ok, type Provider } from '../support/tenants';
import { callCumulate, easyWechat, listOf, type WechatAnswer } from '../support/wechat-program';

jest.setTimeout(60_000);

const NOW = '2026-03-10T02:00:00.000Z';
const CUMULATE = '/datacube/getusercumulate';

let system: System;
let host: Api;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;

beforeAll(async () => {
  system = await System.start({ now: NOW });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  merchant = await makeMerchant(provider, system);
}, 60_000);
afterAll(() => system.stop());
afterEach(() => system.sandbox.control('DELETE', 'faults'));

/** All processes follow within half a second. */
async function setClock(now: string): Promise<void> {
  await system.sandbox.setClock(now);
  await new Promise((followed) => setTimeout(followed, 600));
}

const days = (from: string, to: string): object => ({ begin_date: from, end_date: to });
async function makeKey(wanted: object, by = provider.admin): Promise<{ id: string; key: string }> {
  return ok(await by.post('/api/v1/api-keys', { name: 'program', scopes: ['datacube:call'], ...wanted }), 201);
}
async function account(options?: object): Promise<{ id: string; appid: string; key: string; keyId: string }> {
  const made = await authorize(system, provider, merchant.id, options);
  const { id: keyId, key } = await makeKey({ merchant: merchant.id, accounts: [made.id] });
  return { ...made, key, keyId };
}
const call = (query: Record<string, string>, body?: unknown, init?: RequestInit): Promise<WechatAnswer> =>
  callCumulate(system.gatewayOrigin, query, body, init);
async function get(path: string, query: Record<string, string>): Promise<WechatAnswer> {
  const answer = await fetch(`${system.gatewayOrigin}${path}?${new URLSearchParams(query).toString()}`);
  expect(answer.status).toBe(200);
  return answer.json();
}
const refusal = (errcode: number, hint = ''): object => ({
  errcode,
  errmsg: expect.stringMatching(new RegExp(`${hint}.* rid: req_[0-9a-z]+$`)),
});
async function openTasksOf(appid: string): Promise<number> {
  const [[row]] = (await system.db.query(
    `SELECT COUNT(*) AS n FROM fetch_task t JOIN account a ON a.id = t.account_id
     WHERE a.appid = ? AND t.state NOT IN ('done', 'failed', 'cancelled')`,
    [appid],
  )) as any;
  return Number(row.n);
}
/** What WeChat was asked for an account. */
async function callsOf(appid: string, errcode = 0): Promise<number> {
  const { calls } = await system.sandbox.control('GET', 'calls?since=0');
  const its = calls.filter((one: any) => one.path === CUMULATE && one.appid === appid && one.errcode === errcode);
  return its.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
}

describe('getusercumulate for programs made for WeChat', () => {
  it('fetches what is missing, keeps it, and answers it from storage from then on', async () => {
    const { appid, key } = await account();
    const truth = await system.sandbox.truth(appid, '2026-03-01', '2026-03-07');
    expect(truth.size).toBe(7);
    const query = { access_token: key };
    expect(await call(query, days('2026-03-01', '2026-03-07'))).toEqual(listOf(truth));
    expect(await callsOf(appid)).toBe(1);
    for (const type of ['text/xml', 'application/x-www-form-urlencoded', 'application/json; charset=GBK', 'x'])
      expect(await call(query, days('2026-03-01', '2026-03-07'), { headers: { 'content-type': type } })).toEqual(
        listOf(truth),
      );
    expect(await callsOf(appid)).toBe(1);
    const [fetches] = (await system.db.query('SELECT kind, lane, requested_by AS askedBy FROM `fetch`')) as any;
    expect(fetches).toContainEqual({ kind: 'asked', lane: 1, askedBy: expect.stringMatching(/^key_/) });
  });

  it('is what an SDK takes for WeChat, by its base URL alone', async () => {
    const { appid, key } = await account();
    const truth = await system.sandbox.truth(appid, '2026-02-10', '2026-02-16');
    for (const isStable of [false, true]) {
      const sdk = easyWechat(`${system.gatewayOrigin}/`, appid, key, isStable);
      const client = sdk.getClient();
      const answer = await client.postJson('/datacube/getusercumulate', days('2026-02-10', '2026-02-16'));
      expect(answer.toObject()).toEqual(listOf(truth));
      const refused = await client.postJson('/datacube/getusercumulate', days('2026-02-10', '2026-02-20'));
      expect(refused.toObject()).toMatchObject({ errcode: 61501 });
      expect((await client.get('/cgi-bin/user/get')).toObject()).toMatchObject({ errcode: 48001 });
      const token = await sdk.getAccessToken().getToken();
      expect(token).toMatch(/^wgt_/);
      expect(token.length).toBeLessThan(512);
    }
  });

  it('makes one upstream call of 1,000 equal requests at two gateways', async () => {
    const { appid, key } = await account();
    const truth = await system.sandbox.truth(appid, '2026-01-01', '2026-01-07');
    await system.sandbox.faults({ latencyMs: 500, faultPath: 'datacube' });
    const { origin, program } = await system.startAnotherGateway();
    const ask = (n: number): Promise<WechatAnswer> =>
      callCumulate([system.gatewayOrigin, origin][n % 2]!, { access_token: key }, days('2026-01-01', '2026-01-07'));
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => ask(n)));
    // A machine that is busy with other things may keep some waiting for too long; they ask again.
    for (const [n, answer] of answers.entries())
      expect(answer.errcode === -1 ? await ask(n) : answer).toEqual(listOf(truth));
    expect(await callsOf(appid)).toBe(1);
    const [[{ n }]] = (await system.db.query(
      "SELECT COUNT(*) AS n FROM `fetch` WHERE from_date = '2026-01-01'",
    )) as any;
    expect(Number(n)).toBe(1);
    await program.stop();
  });

  it('leaves out days that WeChat has not, or cannot have yet', async () => {
    const { appid, key } = await account({ account: { birth: '2026-02-20' } });
    const query = { access_token: key };
    expect(await call(query, days('2014-11-20', '2014-11-26'))).toEqual({ list: [] });
    const truth = await system.sandbox.truth(appid, '2026-02-18', '2026-02-24');
    expect([...truth.keys()][0]).toBe('2026-02-20');
    expect(await call(query, days('2026-02-18', '2026-02-24'))).toEqual(listOf(truth));

    await setClock('2026-03-09T23:00:00.000Z');
    expect((await call(query, days('2026-03-09', '2026-03-09'))).list).toEqual([]);
    expect(await callsOf(appid)).toBe(1);
    await setClock(NOW);
  });

  it('does not let programs ask for a late day more often than the gateway does', async () => {
    const { appid, key } = await account();
    expect((await call({ access_token: key }, days('2026-03-03', '2026-03-08'))).list).toHaveLength(6);
    await system.sandbox.faults({ readyHour: 14 });
    for (let n = 0; n < 5; n++)
      expect((await call({ access_token: key }, days('2026-03-09', '2026-03-09'))).list).toEqual([]);
    await system.moveClock(11 * 60_000);
    expect((await call({ access_token: key }, days('2026-03-09', '2026-03-09'))).list).toEqual([]);
    expect(await callsOf(appid)).toBe(2);
    // When it is due again, those who ask wait for it, in whatever window they miss it.
    for (const calls of [3, 4]) {
      await system.moveClock(30 * 60_000);
      const windows = ['2026-03-09', '2026-03-08', '2026-03-07', '2026-03-09'].map((from) => days(from, '2026-03-09'));
      const answers = await Promise.all(windows.map((window) => call({ access_token: key }, window)));
      for (const { list } of answers) expect(list.map(({ ref_date }: any) => ref_date)).not.toContain('2026-03-09');
      await until('it was asked again', async () => (await callsOf(appid)) >= calls);
      expect(await openTasksOf(appid)).toBe(1);
    }
    await setClock(NOW);
  });

  it('keeps one task for days that WeChat cannot give, however long programs go on asking', async () => {
    const { appid, key } = await account();
    await system.sandbox.faults({ datacubeErrcode: -1 });
    for (let spell = 0; spell < 4; spell++) {
      for (const to of ['2026-02-03', '2026-02-07'])
        expect((await call({ access_token: key }, days('2026-02-01', to))).errcode).toBe(-1);
      await system.moveClock(11 * 60_000);
    }
    expect(await openTasksOf(appid)).toBeLessThanOrEqual(2);
    await setClock(NOW);
  });

  it('lets one account’s many windows wait for themselves, not others for them', async () => {
    const [storm, neighbour] = [await account(), await account()];
    expect((await call({ access_token: neighbour.key }, days('2026-03-01', '2026-03-07'))).list).toHaveLength(7);
    await system.sandbox.faults({ latencyMs: 2_000, faultPath: 'datacube' });
    const windows = Array.from({ length: 300 }, (_, n) =>
      new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10),
    );
    const asked = Promise.all(windows.map((day) => call({ access_token: storm.key }, days(day, day))));
    let isOver = false;
    void asked.then(() => (isOver = true));
    expect((await call({ access_token: neighbour.key }, days('2026-03-01', '2026-03-07'))).list).toHaveLength(7);
    expect(isOver).toBe(false);
    const codes = (await asked).map(({ errcode }) => errcode as number | undefined);
    expect(codes.filter((errcode) => errcode === 45011).length).toBeGreaterThanOrEqual(280);
    expect(await openTasksOf(storm.appid)).toBeLessThanOrEqual(20);
  });

  it('says -1 after four seconds, and has the days a little later', async () => {
    const { appid, key } = await account();
    await system.sandbox.faults({ latencyMs: 6_000, faultPath: 'datacube' });
    const began = performance.now();
    expect(await call({ access_token: key }, days('2026-02-01', '2026-02-07'))).toEqual(refusal(-1, 'being fetched'));
    const ms = performance.now() - began;
    expect(ms).toBeGreaterThan(3_500);
    expect(ms).toBeLessThan(5_500);
    const truth = await system.sandbox.truth(appid, '2026-02-01', '2026-02-07');
    await until('the days are there', async () => {
      const answer = await call({ access_token: key }, days('2026-02-01', '2026-02-07'));
      return JSON.stringify(answer) === JSON.stringify(listOf(truth));
    });
  });

  it('says what stands in the way as WeChat would', async () => {
    const window = days('2026-02-01', '2026-02-03');
    const lacking = await account({ sets: [1] });
    expect(await call({ access_token: lacking.key }, window)).toEqual(refusal(61007, 'permission set'));
    const unverified = await account({ account: { verified: false } });
    expect(await call({ access_token: unverified.key }, window)).toEqual(refusal(48001, 'not verified'));
    const gone = await account();
    const truth = await system.sandbox.truth(gone.appid, '2026-02-01', '2026-02-03');
    expect(await call({ access_token: gone.key }, window)).toEqual(listOf(truth));
    await system.sandbox.control('POST', `accounts/${gone.appid}/cancel`, { component_appid: provider.platform.appid });
    await until(
      'it is revoked',
      async () => ok(await provider.admin.get(`/api/v1/accounts/${gone.id}`), 200).state === 'revoked',
    );
    expect(await call({ access_token: gone.key }, days('2026-01-10', '2026-01-12'))).toEqual(refusal(61003));
    expect(await call({ access_token: gone.key }, window)).toEqual(listOf(truth));

    const limited = await account();
    await system.sandbox.faults({ datacubeDailyLimit: 1 });
    expect((await call({ access_token: limited.key }, window)).list).toHaveLength(3);
    for (const from of ['2026-01-05', '2025-12-05'])
      expect(await call({ access_token: limited.key }, days(from, from))).toEqual(refusal(45009));
    expect(await callsOf(limited.appid, 45009)).toBe(1);
  });
});

it('gives no days for a key that was revoked while they were fetched', async () => {
  const { key, keyId } = await account();
  await system.sandbox.faults({ latencyMs: 2_500, faultPath: 'datacube' });
  const asked = call({ access_token: key }, days('2026-02-01', '2026-02-07'));
  await until('it was asked', async () => {
    const [[row]] = (await system.db.query('SELECT COUNT(*) AS n FROM `fetch` WHERE requested_by = ?', [keyId])) as any;
    return Number(row.n) > 0;
  });
  expect((await provider.admin.delete(`/api/v1/api-keys/${keyId}`)).status).toBe(204);
  expect(await asked).toEqual(refusal(40001));
});

describe('whom getusercumulate serves', () => {
  const window = days('2026-02-01', '2026-02-03');

  it('refuses requests in WeChat’s codes, always as HTTP 200', async () => {
    const { key } = await account();
    const query = { access_token: key };
    for (const [errcode, given, body] of [
      [41001, {}, window],
      [41001, { access_token: '' }, window],
      [40001, { access_token: 'nonsense' }, window],
      [40001, { access_token: `wpg_0123456789ab_${randomBytes(32).toString('base64url')}` }, window],
      [40001, { access_token: `wgt_test.${randomBytes(90).toString('base64url')}` }, window],
      [40001, { access_token: '微信' }, window],
      [40013, { ...query, appid: newAppid() }, window],
      [40013, { ...query, appid: '微信' }, window],
      [40013, { ...query, component_appid: newAppid() }, window],
      [44002, query, ''],
      [47001, query, '{'],
      [47001, query, '[]'],
      [47001, query, 'null'],
      [61500, query, {}],
      [61500, query, days('2026-2-1', '2026-02-03')],
      [61500, query, days('2026-02-30', '2026-03-03')],
      [61500, query, { begin_date: 20260201, end_date: ['2026-02-03'] }],
      [61501, query, days('2026-02-03', '2026-02-01')],
      [61501, query, days('2026-02-01', '2026-02-08')],
      [61501, query, days('2026-03-09', '2026-03-10')],
      [47001, query, JSON.stringify({ ...window, more: 'x'.repeat(1_100_000) })],
    ] as [number, Record<string, string>, unknown][])
      expect([errcode, given, await call(given, body)]).toEqual([errcode, given, refusal(errcode)]);
    for (const [method, path, errcode] of [
      ['GET', CUMULATE, 43002],
      ['POST', '/cgi-bin/token', 43001],
      ['GET', '/cgi-bin/stable_token', 43002],
      ['GET', '/cgi-bin/user/get', 48001],
      ['DELETE', '/wxa/anything/at/all', 48001],
      ['POST', '/datacube/getusersummary', 48001],
    ] as const) {
      const answer = await fetch(`${system.gatewayOrigin}${path}?access_token=${key}`, { method });
      expect([path, answer.status, await answer.json()]).toEqual([path, 200, refusal(errcode)]);
    }
    for (const path of ['//datacube/getusercumulate', '/datacube/getusercumulate/', '/datacube//getusercumulate/']) {
      const answer = await fetch(`${system.gatewayOrigin}${path}?access_token=x`, { method: 'POST' });
      expect([path, await answer.json()]).toEqual([path, refusal(40001)]);
    }
    expect(await call(query, `\ufeff${JSON.stringify(days('2026-02-03', '2026-02-01'))}`)).toEqual(refusal(61501));
    const twice = await fetch(`${system.gatewayOrigin}${CUMULATE}?access_token=${key}&access_token=${key}`, {
      method: 'POST',
    });
    expect(await twice.json()).toEqual(refusal(40001));
  });

  it('finds the account inside the key’s reach alone, and asks when several are meant', async () => {
    const rival = await makeProvider(system, host);
    const [mine, other] = [await account(), await account()];
    const others = await makeMerchant(rival, system);
    const foreign = await authorize(system, rival, others.id);
    const { key } = await makeKey({ merchant: merchant.id }, merchant.api);
    expect(await call({ access_token: key }, window)).toEqual(refusal(40013, 'parameter appid'));
    const truth = listOf(await system.sandbox.truth(mine.appid, '2026-02-01', '2026-02-03'));
    expect(await call({ access_token: key, appid: mine.appid }, window)).toEqual(truth);
    const [hidden, none] = [
      await call({ access_token: key, appid: foreign.appid }, window),
      await call({ access_token: key, appid: newAppid() }, window),
    ];
    expect(hidden).toEqual(refusal(40013));
    const plain = ({ errcode, errmsg }: any): unknown => [errcode, errmsg.replace(/rid: .*/, '')];
    expect(plain(hidden)).toEqual(plain(none));
    expect(await call({ access_token: mine.key, appid: other.appid }, window)).toEqual(refusal(40013));

    const { key: scopeless } = await makeKey({ merchant: merchant.id, scopes: ['report:read'] });
    expect(await call({ access_token: scopeless, appid: mine.appid }, window)).toEqual(refusal(48001, 'scope'));
  });

  it('asks for component_appid when an appid is authorized to two platforms of one provider', async () => {
    const { appid, key: one } = await account();
    const [[row]] = (await system.db.query('SELECT * FROM account WHERE appid = ?', [appid])) as any;
    const [[platform]] = (await system.db.query('SELECT * FROM platform WHERE id = ?', [row.platform_id])) as any;
    const second = { ...platform, id: `plt_${'0'.repeat(26)}`, appid: newAppid() };
    await system.db.query('INSERT INTO platform SET ?', [second]);
    const twin = { ...row, id: null, public_id: `acc_${'0'.repeat(26)}`, platform_id: second.id };
    await system.db.query('INSERT INTO account SET ?', [twin]);
    const { key } = await makeKey({ merchant: merchant.id });
    const both = { access_token: key, appid };
    expect(await call(both, window)).toEqual(refusal(40013, 'parameter component_appid'));
    const truth = listOf(await system.sandbox.truth(appid, '2026-02-01', '2026-02-03'));
    expect(await call({ ...both, component_appid: provider.platform.appid }, window)).toEqual(truth);
    expect(await call({ access_token: one }, window)).toEqual(truth);
    const asked = { grant_type: 'client_credential', appid, secret: key };
    expect(await get('/cgi-bin/token', asked)).toEqual(refusal(40013, 'parameter component_appid'));
    expect(await get('/cgi-bin/token', { ...asked, component_appid: second.appid })).toMatchObject({
      expires_in: 7_200,
    });
  });
});

describe('gateway tokens', () => {
  const window = days('2026-02-01', '2026-02-03');
  const tokenOf = async (secret: string, appid: string): Promise<string> => {
    const answer = await get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret });
    expect(answer).toEqual({ access_token: expect.stringMatching(/^wgt_/), expires_in: 7_200 });
    return answer.access_token;
  };

  it('are refused as WeChat refuses', async () => {
    const { appid, key } = await account();
    const whole = { grant_type: 'client_credential', appid, secret: key };
    for (const [errcode, asked] of [
      [40002, { ...whole, grant_type: 'x' }],
      [41002, { ...whole, appid: '' }],
      [41004, { ...whole, secret: '' }],
      [40125, { ...whole, secret: 'x' }],
      [40013, { ...whole, appid: newAppid() }],
    ] as const) {
      expect(await get('/cgi-bin/token', asked)).toEqual(refusal(errcode));
      const answer = await fetch(`${system.gatewayOrigin}/cgi-bin/stable_token`, {
        method: 'POST',
        body: JSON.stringify(asked),
      });
      expect(await answer.json()).toEqual(refusal(errcode));
    }
  });

  it('are for one account and their key’s scopes, and earlier ones stay valid', async () => {
    const [mine, other] = [await account(), await account()];
    const { key } = await makeKey({ merchant: merchant.id });
    const [first, second] = [await tokenOf(key, mine.appid), await tokenOf(key, mine.appid)];
    expect(first).not.toBe(second);
    const truth = listOf(await system.sandbox.truth(mine.appid, '2026-02-01', '2026-02-03'));
    for (const access_token of [first, second]) expect(await call({ access_token }, window)).toEqual(truth);
    expect(await call({ access_token: first, appid: other.appid }, window)).toEqual(refusal(40013));
    const api = await fetch(`${system.gatewayOrigin}/api/v1/accounts`, {
      headers: { authorization: `Bearer ${first}` },
    });
    expect(api.status).toBe(401);
    const forged = `${first.slice(0, -4)}AAAA`;
    expect(await call({ access_token: forged }, window)).toEqual(refusal(40001));
  });

  it('end after two hours, and within five seconds of their key’s revocation', async () => {
    const { appid, key, keyId } = await account();
    const access_token = await tokenOf(key, appid);
    const truth = listOf(await system.sandbox.truth(appid, '2026-02-01', '2026-02-03'));
    expect(await call({ access_token }, window)).toEqual(truth);
    const later = await tokenOf(key, appid);
    await system.moveClock(7_201_000);
    await new Promise((forgotten) => setTimeout(forgotten, 2_500));
    expect(await call({ access_token }, window)).toEqual(refusal(42001));
    expect(await call({ access_token: later }, window)).toEqual(refusal(42001));
    await setClock(NOW);

    const fresh = await tokenOf(key, appid);
    const both = [fresh, key];
    for (const token of both) expect(await call({ access_token: token }, window)).toEqual(truth);
    expect((await provider.admin.delete(`/api/v1/api-keys/${keyId}`)).status).toBe(204);
    const began = performance.now();
    for (const token of both)
      await until('it is dead', async () => (await call({ access_token: token }, window)).errcode === 40001, 5_000);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret: key })).toEqual(
      refusal(40125),
    );
  });

  it('and keys reach no log', async () => {
    const { appid, key } = await account();
    const access_token = await tokenOf(key, appid);
    await call({ access_token }, window);
    await call({ access_token: key }, '{');
    await call({ access_token: `${key}x` }, window);
    const said = system.gateway.lastOutput;
    expect(said).toContain('/datacube/getusercumulate');
    for (const secret of [key, key.slice(17), access_token, access_token.slice(-60)])
      expect(said).not.toContain(secret);
  });
});
