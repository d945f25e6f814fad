import { ACCOUNT, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';
import { dayOf } from '../clock/beijing-day';
import { followers } from './follower-series';

const PATH = '/datacube/getusercumulate';

describe('getusercumulate', () => {
  let box: SandboxFixture;
  let token: string;
  beforeEach(async () => {
    box = await startFixture();
    token = (await box.connect()).access;
  });
  afterEach(() => stopFixture(box));

  const ask = (begin_date: unknown, end_date: unknown): Promise<Record<string, unknown>> =>
    box.call(PATH, token, { begin_date, end_date });
  const daysOf = (answer: Record<string, unknown>): string[] =>
    (answer['list'] as { ref_date: string }[]).map(({ ref_date }) => ref_date);
  const clock = (now: string): Promise<unknown> => box.control('PUT', '/clock', { now });

  it('answers the documented example', async () => {
    await box.control('POST', '/accounts', { appid: ACCOUNT, birth: '2014-12-01' });
    await box.control('PUT', `/accounts/${ACCOUNT}/days`, [
      { from: '2014-12-02', to: '2014-12-06', cumulate_user: null },
      { ref_date: '2014-12-07', cumulate_user: 1217056 },
    ]);
    expect(await ask('2014-12-02', '2014-12-07')).toEqual({
      list: [{ ref_date: '2014-12-07', user_source: 0, cumulate_user: 1217056 }],
    });
    await box.control('PUT', '/faults', { userSource: false });
    const answer = await box.app.inject({
      method: 'POST',
      url: `${PATH}?access_token=${token}`,
      payload: '{ "begin_date": "2014-12-02", "end_date": "2014-12-07" }',
    });
    expect(answer.body).toBe('{"list":[{"ref_date":"2014-12-07","cumulate_user":1217056}]}');
  });

  it('gives seven days, both ends included, and refuses eight', async () => {
    const rows = (await ask('2026-03-03', '2026-03-09'))['list'] as Record<string, unknown>[];
    expect(rows).toHaveLength(7);
    expect(rows[0]).toEqual({
      ref_date: '2026-03-03',
      user_source: 0,
      cumulate_user: followers(ACCOUNT, dayOf('2026-03-03')),
    });
    expect(await ask('2026-03-02', '2026-03-09')).toMatchObject({ errcode: 61501 });
  });

  it('lacks rows, or has odd ones, when the switches say so', async () => {
    const [from, to] = ['2026-03-03', '2026-03-09'];
    const plain = await ask(from, to);
    const odd = async (switches: object) => {
      await box.control('PUT', '/faults', switches);
      const answer = (await ask(from, to)) as { list: any };
      expect(await ask(from, to)).toEqual(plain);
      return answer.list;
    };
    expect(await odd({ lackingRows: 1 })).toHaveLength(6);
    await box.control('PUT', '/faults', { emptyLists: -1 });
    // Each day is left out once.
    expect(await ask('2026-02-20', '2026-02-26')).toEqual({ list: [] });
    expect(daysOf(await ask('2026-02-20', '2026-02-26'))).toHaveLength(7);
    await box.control('PUT', '/faults', { emptyLists: 0 });
    const first = async (oddRows: string) => (await odd({ oddRowAnswers: 1, oddRows }))[0];
    expect((await first('outside')).ref_date).toBe('2026-02-01');
    expect((await first('negative')).cumulate_user).toBe(-1);
    expect((await first('fraction')).cumulate_user % 1).toBe(0.5);
    expect(typeof (await first('text')).cumulate_user).toBe('string');
    expect(await odd({ oddRowAnswers: 1, oddRows: 'twice' })).toHaveLength(8);
    expect(Array.isArray(await odd({ oddRowAnswers: 1, oddRows: 'object' }))).toBe(false);
    expect((await first('backwards')).ref_date).toBe(to);
  });

  it.each([
    ['begin after end', '2026-03-05', '2026-03-04'],
    ['end today', '2026-03-08', '2026-03-10'],
    ['future', '2026-03-11', '2026-03-12'],
  ])('refuses a range: %s', async (_name, begin, end) => {
    expect(await ask(begin, end)).toMatchObject({ errcode: 61501 });
  });

  it.each([
    ['2026-3-01', '2026-03-02'],
    ['2026-02-30', '2026-03-02'],
    [20260301, '2026-03-02'],
    [undefined, undefined],
  ])('refuses the form of %p', async (begin, end) => {
    expect(await ask(begin, end)).toMatchObject({ errcode: 61500 });
  });

  it('has today end at midnight in Beijing', async () => {
    await clock('2026-03-10T15:59:59Z');
    token = (await box.connect()).access;
    expect(await ask('2026-03-10', '2026-03-10')).toMatchObject({ errcode: 61501 });
    await clock('2026-03-10T16:00:00Z');
    expect(await ask('2026-03-10', '2026-03-10')).toEqual({ list: [] });
  });

  it('has nothing before 2014-12-01 and before the account existed', async () => {
    expect(await ask('2014-11-20', '2014-11-26')).toEqual({ list: [] });
    expect(daysOf(await ask('2019-12-29', '2020-01-02'))).toEqual(['2020-01-01', '2020-01-02']);
    await box.control('PUT', '/faults', { beforeBirth: 'zero' });
    const [first] = (await ask('2019-12-29', '2020-01-02'))['list'] as unknown[];
    expect(first).toEqual({ ref_date: '2019-12-29', user_source: 0, cumulate_user: 0 });
  });

  it('has yesterday from 08:00, in each of three ways', async () => {
    await clock('2026-03-09T23:59:00Z');
    expect(daysOf(await ask('2026-03-08', '2026-03-09'))).toEqual(['2026-03-08']);
    await box.control('PUT', '/faults', { notReadyMode: 'empty' });
    expect(await ask('2026-03-08', '2026-03-09')).toEqual({ list: [] });
    await box.control('PUT', '/faults', { notReadyMode: 'errcode' });
    expect(await ask('2026-03-08', '2026-03-09')).toMatchObject({ errcode: 61503 });
    await clock('2026-03-10T00:00:00Z');
    expect(daysOf(await ask('2026-03-08', '2026-03-09'))).toEqual(['2026-03-08', '2026-03-09']);
  });

  it('can be days late', async () => {
    await box.control('PUT', '/faults', { readyHour: 32 });
    expect(daysOf(await ask('2026-03-07', '2026-03-09'))).toEqual(['2026-03-07', '2026-03-08']);
    const truth = await box.control('GET', `/truth?appid=${ACCOUNT}&from=2026-03-08&to=2026-03-12`);
    expect(daysOf(truth)).toEqual(['2026-03-08', '2026-03-09']);
  });

  it.each([
    [{ verified: false }, [1, 2], 48001],
    [{}, [1], 61007],
    [{ status: 19 }, null, 50007],
    [{ status: 16 }, null, 50002],
    [{ status: 18 }, null, undefined],
  ])('looks at the account: %j with sets %j answers %p', async (change, sets, errcode) => {
    if (sets !== null) token = (await box.connect(ACCOUNT, sets)).access;
    await box.control('POST', '/accounts', { appid: ACCOUNT, ...change });
    expect((await ask('2026-03-03', '2026-03-04'))['errcode']).toBe(errcode);
  });

  it('checks body, token kind and method', async () => {
    expect(await box.call(PATH, token, '')).toMatchObject({ errcode: 44002 });
    expect(await box.call(PATH, token, '{"begin')).toMatchObject({ errcode: 47001 });
    expect(await box.call(PATH, await box.componentToken(), {})).toMatchObject({ errcode: 61015 });
    const got = await box.app.inject({ method: 'GET', url: `${PATH}?access_token=${token}` });
    expect(got.json()).toMatchObject({ errcode: 43002 });
    expect(got.json().errmsg).toMatch(/ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  });
});

describe('follower numbers', () => {
  it('are whole, repeatable, different per account and grow slowly', () => {
    const from = dayOf('2015-01-01');
    const series = Array.from({ length: 4000 }, (_, i) => followers('wx1', from + i));
    expect(series).toEqual(Array.from({ length: 4000 }, (_, i) => followers('wx1', from + i)));
    expect(series.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
    expect(series.at(-1)!).toBeGreaterThan(series[0]!);
    const steps = series.slice(1).map((count, i) => (count - series[i]!) / series[i]!);
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(0.01);
    expect(steps.some((step) => step < 0)).toBe(true);
    expect(followers('wx2', from)).not.toBe(series[0]);
  });
});
