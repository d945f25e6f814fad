import {
  type AccountDirectory,
  type AccountRereads,
  type AccountTokens,
  type FetchableAccount,
} from '@app/credentials';
import { type AppError, FakeClock, Secret, shanghaiDate } from '@app/kernel';
import { WechatApiError, type WechatClient } from '@app/wechat';
import { AccountGates } from './account-gates';
import { WindowCaller } from './window-caller';

const OPEN = {
  ...{ state: 'authorized', incompleteBecause: null, kind: 'official_account', verifyType: 0, accountStatus: 1 },
  setIds: [2],
} as const;
const WINDOW = { from: shanghaiDate('2026-03-01'), to: shanghaiDate('2026-03-07') };
const account = (id: number) => ({ id, appid: `wx${id}`, platformId: 'plt_1' }) as FetchableAccount;

describe('WindowCaller', () => {
  let gates: Map<number, object>;
  let reads: number[][];
  let calls: number;
  let token: () => Promise<{ token: Secret; version: number }>;
  let answer: () => Promise<object>;
  let caller: WindowCaller;

  beforeEach(() => {
    gates = new Map([1, 2, 3].map((id) => [id, OPEN]));
    [reads, calls] = [[], 0];
    token = () => Promise.resolve({ token: new Secret('t'), version: 1 });
    answer = () => Promise.resolve({ rows: [], unclear: [], rid: null });
    const directory = {
      fetchable: (ids: number[]) => {
        reads.push(ids);
        return Promise.resolve(new Map(ids.flatMap((id) => (gates.has(id) ? [[id, { gate: gates.get(id) }]] : []))));
      },
    };
    caller = new WindowCaller(
      { get: () => token(), rejected: () => Promise.resolve() } as unknown as AccountTokens,
      { userCumulate: () => (calls++, answer()) } as unknown as WechatClient,
      { request: () => Promise.resolve() } as unknown as AccountRereads,
      new AccountGates(directory as unknown as AccountDirectory),
      new FakeClock(),
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
});
