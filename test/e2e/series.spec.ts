import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type Answer, type Api } from '../support/api';
import { sameForAll } from '../support/problems';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok } from '../support/tenants';

jest.setTimeout(60_000);

const DAYS = { from: '2026-03-02', to: '2026-03-06' };
const CONNECTIONS = 3;

let system: System;
let api: Api;
let stranger: Api;
let account: { id: string; appid: string };
let row: number;
let foreign: string;
let merchant: string;

beforeAll(async () => {
  const env = { DATABASE_CONNECTIONS: String(CONNECTIONS) };
  system = await System.start({ workers: 0, now: '2026-03-10T02:00:00.000Z', env });
  const host = await makeHost(system);
  const [here, there] = [await makeProvider(system, host), await makeProvider(system, host)];
  const mine = await makeMerchant(here, system);
  const theirs = await makeMerchant(there, system);
  [api, stranger] = [mine.api, theirs.api];
  merchant = mine.id;
  account = await authorize(system, here, mine.id);
  foreign = (await authorize(system, there, theirs.id)).id;
  const [rows] = await system.db.query('SELECT id FROM account WHERE public_id = ?', [account.id]);
  row = (rows as { id: number }[])[0]!.id;
  await store('2026-03-01', 100, 2);
  await store('2026-03-02', 110, 2);
  await store('2026-03-03', null, 1);
  await store('2026-03-05', 90, 2);
}, 120_000);
afterAll(() => system.stop());

const store = (day: string, users: number | null, state: number): Promise<unknown> =>
  system.db.query('INSERT INTO daily_cumulate VALUES (?, ?, ?, ?, ?, 0)', [row, day, users, state, new Date()]);
const series = (headers: Record<string, string> = {}, who = api, id = account.id): Promise<Answer> =>
  who.get(`/api/v1/accounts/${id}/cumulate?${new URLSearchParams(DAYS).toString()}`, headers);
const report = (headers: Record<string, string> = {}, lang = 'en'): Promise<Answer> =>
  api.get(
    `/api/v1/reports/cumulate?${new URLSearchParams({ accounts: account.id, ...DAYS, lang }).toString()}`,
    headers,
  );
const tag = (answer: Answer): string => answer.headers.get('etag')!;

describe('the series of an account', () => {
  it('has every day asked for, with state, number and change, as the report has', async () => {
    const { json } = await series();
    const day = (ref_date: string, cumulate_user: number | null, net_change: number | null, state: string) => ({
      ...{ ref_date, cumulate_user, net_change, state },
    });
    expect(json).toEqual({
      ...{ account: account.id, appid: account.appid, ...DAYS },
      days: [
        day('2026-03-02', 110, 10, 'value'),
        day('2026-03-03', null, null, 'absent'),
        day('2026-03-04', null, null, 'unknown'),
        day('2026-03-05', 90, null, 'value'),
        day('2026-03-06', null, null, 'unknown'),
      ],
    });
    const lines = (await report()).text.trimEnd().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',').filter((_, i) => i === 0 || i > 2))).toEqual(
      json.days.map((one: Record<string, string | number | null>) =>
        Object.values(one).map((cell) => String(cell ?? '')),
      ),
    );
  });

  it.each([
    ['series', series],
    ['report', report],
  ])('is told once: the %s may be kept, must be asked for, and is not sent again', async (_name, get) => {
    const first = await get();
    expect(tag(first)).toMatch(/^W\/"[\w-]+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    for (const known of [tag(first), '*', `"x", ${tag(first)}`, tag(first).slice(2)]) {
      const again = await get({ 'if-none-match': known });
      expect([again.status, again.text, tag(again)]).toEqual([304, '', tag(first)]);
      expect(again.headers.get('cache-control')).toBe('private, no-cache');
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('has another tag after every change, also of the day before, and the same without one', async () => {
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      const [one, two, chinese] = [await series(), await report(), await report({}, 'zh')];
      const tags = [one, two, chinese].map(tag);
      expect(new Set(tags).size).toBe(3);
      seen.push(tags.join());
    };
    const change = (sql: string): Promise<unknown> => system.db.query(sql, [row]);
    await look();
    await look();
    expect(new Set(seen).size).toBe(1);
    const of = (day: string): string => `WHERE account_id = ? AND ref_date = '2026-03-${day}'`;
    for (const sql of [
      `UPDATE daily_cumulate SET cumulate_user = 101, revision = 1 ${of('01')}`,
      `UPDATE daily_cumulate SET cumulate_user = 111, revision = 1 ${of('02')}`,
      `UPDATE daily_cumulate SET state = 2, cumulate_user = 7 ${of('03')}`,
      `UPDATE daily_cumulate SET cumulate_user = 8 ${of('03')}`,
      `INSERT INTO daily_cumulate VALUES (?, '2026-03-04', 9, 2, NOW(3), 0)`,
      `DELETE FROM daily_cumulate ${of('04')}`,
      `UPDATE daily_cumulate SET ref_date = '2026-03-06' ${of('05')}`,
      `UPDATE account SET data_from = '2026-03-02' WHERE id = ?`,
    ]) {
      await change(sql);
      await look();
    }
    // What was taken away again leaves what there was before it came.
    expect(new Set(seen).size).toBe(seen.length - 2);
  });

  it('is as if it did not exist for others, whatever they say they know', async () => {
    const known = tag(await series());
    for (const header of [known, '*']) {
      const answer = await series({ 'if-none-match': header }, stranger);
      const nothing = await series({ 'if-none-match': header }, stranger, `acc_${'0'.repeat(26)}`);
      expect([answer.status, sameForAll(answer)]).toEqual([404, sameForAll(nothing)]);
      expect([tag(answer), answer.headers.get('cache-control')]).toEqual([null, 'no-store']);
    }
    expect((await series({ 'if-none-match': known }, system.api())).status).toBe(401);
    expect(tag(await series({}, stranger, foreign))).not.toBe(known);
  });
});

describe('a client that leaves', () => {
  const running = async (): Promise<number> => {
    const [rows] = await system.db.query(
      "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT%daily_cumulate%account_id%' AND DB = DATABASE() AND ID <> CONNECTION_ID()",
    );
    return (rows as { n: number }[])[0]!.n;
  };
  const open = (path: string): Promise<IncomingMessage> & { leave: () => void } => {
    const cookie = api.setCookie!.split(';', 1)[0]!;
    const sent = httpRequest(new URL(path, system.gatewayOrigin), { headers: { cookie } });
    const answer = new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject));
    answer.catch(() => undefined);
    sent.end();
    return Object.assign(answer, { leave: () => void sent.destroy() });
  };
  const works = async (): Promise<void> => {
    const answers = await Promise.all(Array.from({ length: 4 * CONNECTIONS }, () => series()));
    expect(answers.map(({ status }) => status)).toEqual(Array(4 * CONNECTIONS).fill(200));
  };

  /** So many that a report of all has no version: its first query is one for days. */
  beforeAll(async () => {
    const [rows] = await system.db.query('SELECT * FROM account WHERE id = ?', [row]);
    const [first] = rows as Record<string, unknown>[];
    for (let n = 0; n < 60; n++) {
      const copy = { ...first, id: row + 1_000 + n, appid: `wxcopy${n}`, public_id: `acc_copy${n}` };
      await system.db.query('INSERT INTO account SET ?', [copy]);
    }
  });

  it.each(['series', 'report', 'long report'])(
    'ends the query behind its %s, and leaves the pool whole',
    async (kind) => {
      const range = new URLSearchParams(DAYS).toString();
      const paths: Readonly<Record<string, string>> = {
        series: `/api/v1/accounts/${account.id}/cumulate?${range}`,
        report: `/api/v1/reports/cumulate?accounts=${account.id}&${range}`,
        'long report': `/api/v1/reports/cumulate?merchant=${merchant}&from=2014-12-01&to=2026-03-08`,
      };
      const path = paths[kind]!;
      for (let round = 0; round < 3; round++) {
        await system.db.query('LOCK TABLES daily_cumulate WRITE');
        const asked = Array.from({ length: CONNECTIONS }, () => open(path));
        await until('the queries stand', async () => (await running()) === CONNECTIONS);
        for (const one of asked) one.leave();
        await until('the queries are gone', async () => (await running()) === 0);
        await system.db.query('UNLOCK TABLES');
        await works();
      }
    },
  );

  it('in the middle of a long report stops its reading; who reads slowly keeps nobody waiting', async () => {
    const many = Array.from({ length: 4_000 }, (_, n) => [
      row,
      new Date(Date.UTC(2014, 11, 1) + n * 86_400_000).toISOString().slice(0, 10),
      ...[n, 2, new Date(), 0],
    ]);
    await system.db.query('INSERT IGNORE INTO daily_cumulate VALUES ?', [many]);
    const path = `/api/v1/reports/cumulate?accounts=${account.id}&from=2014-12-01&to=2025-11-30`;
    const readers = await Promise.all(Array.from({ length: 2 * CONNECTIONS }, () => open(path)));
    await new Promise((unread) => setTimeout(unread, 200));
    await works();
    for (const reader of readers) reader.destroy();
    await works();
    const text = ok(await api.get(`/api/v1/accounts/${account.id}/cumulate?from=2014-12-01&to=2025-11-30`), 200);
    expect(text.days).toHaveLength(4_018);
  });
});
