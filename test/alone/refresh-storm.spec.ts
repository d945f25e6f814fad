import { runStorm, type Storm } from '../support/storm';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider } from '../support/tenants';
import { TokenCaller } from '../support/token-callers';

jest.setTimeout(90_000);

const CALLERS = 50;

/** A small edition of `npm run drill -- custody`: processes of their own against the sandbox. */
describe('a token that has just ended', () => {
  let system: System;
  const callers: TokenCaller[] = [];
  let order: { platformId: string; appid: string; componentAppid: string };

  beforeAll(async () => {
    const env = { WECHAT_TIMEOUT_MS: '4000' };
    system = await System.start({ now: '2026-03-10T02:00:00.000Z', workers: 0, env });
    const provider = await makeProvider(system, await makeHost(system));
    const { appid } = await authorize(system, provider, (await makeMerchant(provider, system)).id);
    order = { platformId: provider.platform.id, appid, componentAppid: provider.platform.appid };
    for (let n = 0; n < 2; n++) callers.push(await TokenCaller.start(system));
  }, 120_000);
  afterAll(async () => {
    for (const { program } of callers) await program.stop();
    await system.stop();
  });

  const storm = (what: Storm) => runStorm(system, callers, order, what, CALLERS);

  it.each([
    ['an account token', { kind: 'account', disturbance: 'none', rotates: true }],
    ['a component token', { kind: 'component', disturbance: 'none', rotates: false }],
  ] as const)('is refreshed once for all callers: %s', async (_name, what) => {
    expect(await storm(what)).toMatchObject({ callCount: 1, served: 2 * CALLERS, errors: [], afterwards: [0, 0] });
  });

  it('reaches every caller although the process that refreshes stands still beyond its lease', async () => {
    const result = await storm({ kind: 'account', disturbance: 'stopped', rotates: true });
    expect(result).toMatchObject({ served: 2 * CALLERS, errors: [], afterwards: [0, 0] });
    expect(result.fenced).toBeGreaterThanOrEqual(1);
    expect(result.callCount).toBeLessThanOrEqual(3);
  });
});
