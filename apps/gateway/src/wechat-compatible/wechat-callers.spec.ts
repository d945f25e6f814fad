import { type AccountDirectory, type FetchableAccount } from '@app/credentials';
import { type AppError } from '@app/kernel';
import { type ApiKeyService, type Principal } from '@app/tenants';
import { type RequestLimits } from '../limits';
import { type GatewayTokens } from './gateway-tokens';
import { WechatCallers } from './wechat-callers';

const PRINCIPAL: Principal = {
  ...{ userId: 'key_1', email: '', name: 'nightly', memberships: [] },
  key: { providerId: 'prv_1', merchantId: null, accountIds: null, scopes: ['datacube:call'] },
};
/** The cache looks at the time once in this while. */
const RESOLUTION_MS = 150;

let now: number;
/** How long each look-up of a key takes. */
let slowMs: number;
let lookUps: number;
let isRevoked: boolean;
let counted: string[];
let callers: WechatCallers;

beforeEach(() => {
  [now, slowMs, lookUps, isRevoked, counted] = [1_000_000, 0, 0, false, []];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const findPrincipal = async (): Promise<Principal | null> => {
    lookUps++;
    const found = isRevoked ? null : PRINCIPAL;
    await Promise.resolve();
    now += slowMs;
    return found;
  };
  const firstInReach = (_reach: unknown, { appid }: { appid?: string }) =>
    Promise.resolve(appid === 'wx_own' ? [{ id: 7 } as FetchableAccount] : []);
  const takeAhead = (keyId: string) => {
    counted.push(keyId);
    return Promise.resolve(counted.length > 2 ? { isOver: true, resetSeconds: 9 } : null);
  };
  callers = new WechatCallers(
    { findPrincipal } as unknown as ApiKeyService,
    { open: () => null } as unknown as GatewayTokens,
    { firstInReach } as unknown as AccountDirectory,
    { takeAhead } as unknown as RequestLimits,
  );
});
afterEach(() => jest.restoreAllMocks());

const find = (appid: string) => callers.find('wpg_key', { appid });
const errcodeOf = (refused: Promise<unknown>): Promise<unknown> =>
  refused.then(
    () => 0,
    (error: unknown) => (error as AppError).detail['errcode'],
  );
async function pass(ms: number): Promise<void> {
  now += ms;
  await new Promise((resolve) => setTimeout(resolve, RESOLUTION_MS));
}

describe('a caller', () => {
  it('is known for two seconds from when the key was looked up, however long that took', async () => {
    slowMs = 1_800;
    await find('wx_own');
    isRevoked = true;
    await pass(100);
    expect([await errcodeOf(find('wx_own')), lookUps]).toEqual([0, 1]);
    await pass(200);
    expect([await errcodeOf(find('wx_own')), lookUps]).toEqual([40001, 2]);
  });

  it('is not known at all when looking up took longer than that', async () => {
    slowMs = 6_000;
    await find('wx_own');
    isRevoked = true;
    await pass(2);
    expect(await errcodeOf(find('wx_own'))).toBe(40001);
  });

  it('is counted, also when asking for what it does not reach', async () => {
    const codes = [];
    for (const appid of ['wx_other', 'wx_other', 'wx_other', 'wx_own']) codes.push(await errcodeOf(find(appid)));
    expect(codes).toEqual([40013, 40013, 45011, 45011]);
    expect(counted).toEqual(Array(4).fill('key_1'));
  });

  it('is counted, also when making tokens for what it does not reach', async () => {
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push(await errcodeOf(callers.findBySecret('wpg_key', { appid: 'wx_other' })));
    expect(codes).toEqual([40013, 40013, 45011]);
  });
});
