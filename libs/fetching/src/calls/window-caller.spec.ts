import {
  type AccountDirectory,
  type AccountRereads,
  type AccountTokens,
  type FetchableAccount,
} from '@app/credentials';
import { type AppError, FakeClock, Secret, shanghaiDate } from '@app/kernel';
import { WechatApiError, WechatTransportError, type WechatClient } from '@app/wechat';
import { AccountGates } from './account-gates';
import { FetchingConfig } from '../fetching.config';
import { type AppidPause, type AppidPauseRepository } from './appid-pause.repository';
import { CallAftermath } from './call-aftermath';
import { CumulateCalls } from './cumulate-calls';
import { WindowCaller } from './window-caller';

const OPEN = {
  ...{ state: 'authorized', incompleteBecause: null, kind: 'official_account', verifyType: 0, accountStatus: 1 },
  setIds: [2],
} as const;
const WINDOW = { from: shanghaiDate('2026-03-01'), to: shanghaiDate('2026-03-07') };
const account = (id: number) => ({ id, appid: `wx${id}`, platformId: 'plt_1' }) as FetchableAccount;

describe('WindowCaller', () => {
  let gates: Map<number, object>;
  let appids: Map<number, string>;
  let reads: number[][];
  let calls: number;
  let pauses: Map<string, AppidPause>;
  let token: () => Promise<{ token: Secret; version: number }>;
  let atHand: { token: Secret; version: number } | null;
  let answer: () => Promise<object>;
  let caller: WindowCaller;

  beforeEach(() => {
    gates = new Map([1, 2, 3].map((id) => [id, OPEN]));
    appids = new Map();
    [reads, calls, atHand] = [[], 0, null];
    token = () => Promise.resolve({ token: new Secret('t'), version: 1 });
    answer = () => Promise.resolve({ rows: [], unclear: [], rid: null });
    const directory = {
      fetchable: (ids: number[]) => {
        reads.push(ids);
        return Promise.resolve(
          new Map(
            ids.flatMap((id) =>
              gates.has(id) ? [[id, { appid: appids.get(id) ?? `wx${id}`, gate: gates.get(id) }]] : [],
            ),
          ),
        );
      },
    };
    const clock = new FakeClock('2026-03-10T02:00:00.000Z');
    const tokens = {
      get: () => token(),
      atHand: () => atHand,
      rejected: () => Promise.resolve((atHand = null)),
    } as unknown as AccountTokens;
    pauses = new Map();
    const repository = {
      findActive: (appids: string[]) =>
        Promise.resolve(new Map([...pauses].filter(([appid]) => appids.includes(appid)))),
      note: (pause: AppidPause) => Promise.resolve(void pauses.set(pause.appid, pause)),
    } as unknown as AppidPauseRepository;
    const rereads = { request: () => Promise.resolve() } as unknown as AccountRereads;
    caller = new WindowCaller(
      tokens,
      new AccountGates(directory as unknown as AccountDirectory, repository, clock),
      new CumulateCalls({ userCumulate: () => (calls++, answer()) } as unknown as WechatClient),
      new CallAftermath(tokens, rereads, repository, clock, new FetchingConfig()),
      clock,
    );
  });

  it('asks the gate of a whole round in one query', async () => {
    const outcomes = await Promise.all([1, 2, 3].map((id) => caller.call(account(id), WINDOW)));
    expect(outcomes.every(({ asked }) => asked)).toBe(true);
    expect([reads, calls]).toEqual([[[1, 2, 3]], 3]);
    await caller.call(account(1), WINDOW);
    expect(reads).toEqual([[1, 2, 3], [1]]);
  });

  it('starts no call when the gate was closed while the token was fetched', async () => {
    token = () => {
      gates.set(1, { ...OPEN, state: 'revoked', setIds: [] });
      return Promise.resolve({ token: new Secret('t'), version: 1 });
    };
    const { asked, error } = await caller.call(account(1), WINDOW);
    expect([asked, calls]).toEqual([false, 0]);
    expect(error).toMatchObject({ kind: 'denied', code: 'revoked' });
    expect((error as AppError).text?.zh).toContain('已取消授权');
  });

  it('does not read the gate again when the token is at hand', async () => {
    atHand = { token: new Secret('t'), version: 1 };
    expect(await caller.call(account(1), WINDOW)).toMatchObject({ asked: true, error: null });
    expect([reads, calls]).toEqual([[], 1]);
    answer = () => {
      gates.set(1, { ...OPEN, setIds: [1] });
      return Promise.reject(new WechatApiError('getusercumulate', 'authorizer', 40001, 'invalid credential'));
    };
    expect(await caller.call(account(1), WINDOW)).toMatchObject({ asked: false, error: { code: 'set_missing' } });
    expect([reads, calls]).toEqual([[[1]], 2]);
  });

  it('asks again before the repeat with a fresh token', async () => {
    answer = () => {
      gates.set(1, { ...OPEN, setIds: [1] });
      return Promise.reject(new WechatApiError('getusercumulate', 'authorizer', 40001, 'invalid credential'));
    };
    const { error } = await caller.call(account(1), WINDOW);
    expect([calls, error]).toEqual([1, expect.objectContaining({ code: 'set_missing' })]);
  });

  it('refuses one account of a round and calls for the others', async () => {
    gates.set(2, { ...OPEN, verifyType: -1 });
    gates.delete(3);
    const outcomes = await Promise.all([1, 2, 3].map((id) => caller.call(account(id), WINDOW)));
    expect(outcomes.map(({ error }) => (error as AppError | null)?.code)).toEqual([
      undefined,
      'not_verified',
      'account_gone',
    ]);
    expect(calls).toBe(1);
  });

  it('parks the appid when WeChat says that its quota is used up, for all platforms', async () => {
    const until = new Date('2026-03-10T16:01:00.000Z');
    answer = () => Promise.reject(new WechatApiError('getusercumulate', 'authorizer', 45009, 'reach max rid: r-1'));
    expect(await caller.call(account(1), WINDOW)).toMatchObject({
      asked: true,
      pause: { endsAt: until, because: 'day_quota_used' },
    });
    appids.set(2, 'wx1');
    const elsewhere = { ...account(2), appid: 'wx1', platformId: 'plt_2' };
    expect(await caller.call(elsewhere, WINDOW)).toMatchObject({
      asked: false,
      error: { code: 'appid_paused', detail: { errcode: 45009 } },
      pause: { endsAt: until },
    });
    await caller.call(account(3), WINDOW);
    expect(calls).toBe(2);
  });

  it('stops calling when WeChat is away, for that platform alone, and tries one call after a while', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    answer = () => Promise.reject(new WechatTransportError('timeout', 'getusercumulate'));
    for (let i = 0; i < 8; i++) await caller.call(account(1), WINDOW);
    expect(await caller.call(account(2), WINDOW)).toMatchObject({
      asked: false,
      error: { code: 'wechat_circuit_open' },
    });
    expect(calls).toBe(8);
    answer = () => Promise.resolve({ rows: [], unclear: [], rid: null });
    expect(await caller.call({ ...account(3), platformId: 'plt_2' }, WINDOW)).toMatchObject({
      asked: true,
      error: null,
    });
    jest.advanceTimersByTime(61_000);
    expect(await caller.call(account(2), WINDOW)).toMatchObject({ asked: true, error: null });
    expect(calls).toBe(10);
    jest.useRealTimers();
  });

  it('takes errcodes for answers: they never open the breaker', async () => {
    answer = () => Promise.reject(new WechatApiError('getusercumulate', 'authorizer', -1, 'system error'));
    for (let i = 0; i < 20; i++) await caller.call(account(1), WINDOW);
    expect(calls).toBe(20);
  });
});
