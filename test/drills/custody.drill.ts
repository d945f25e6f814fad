import { printFigure } from '../support/figures';
import { runStorm, type Storm, type StormResult } from '../support/storm';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider } from '../support/tenants';
import { TokenCaller } from '../support/token-callers';

jest.setTimeout(120_000);

const PROCESSES = 4;
const CALLERS = 200;
/** Leases outlast a call by five seconds: a dead holder is replaced after ten. */
const ENV = { WECHAT_TIMEOUT_MS: '5000' };

/** Storms on tokens that have just ended: one refresh, whatever happens to the one who refreshes. */
describe('custody', () => {
  let system: System;
  let callers: TokenCaller[] = [];
  let order: { platformId: string; appid: string; componentAppid: string };

  beforeAll(async () => {
    system = await System.start({ now: '2026-03-10T02:00:00.000Z', workers: 0, env: ENV });
    const provider = await makeProvider(system, await makeHost(system));
    const { appid } = await authorize(system, provider, (await makeMerchant(provider, system)).id);
    order = { platformId: provider.platform.id, appid, componentAppid: provider.platform.appid };
    for (let n = 0; n < PROCESSES; n++) callers.push(await TokenCaller.start(system));
  });
  afterAll(async () => {
    for (const { program } of callers) await program.stop();
    await system.stop();
  });

  async function storm(name: string, what: Storm, most: number): Promise<void> {
    const result = await runStorm(system, callers, order, what, CALLERS);
    if (what.disturbance === 'killed') callers = [...callers.slice(1), await TokenCaller.start(system)];
    const asked = CALLERS * (what.disturbance === 'killed' ? PROCESSES - 1 : PROCESSES);
    const isFenced = what.disturbance !== 'stopped' || result.fenced >= 1;
    const ok = isFenced && result.callCount <= most && isWhole(result, asked);
    const unit = `calls of ${what.kind === 'account' ? 'api_authorizer_token' : 'api_component_token'}`;
    printFigure({ name: `custody-${name}`, value: result.callCount, unit, ok, most, callers: asked, ...shown(result) });
    expect({ ...result, ok }).toMatchObject({ ok: true });
  }

  it('asks once for an account token', () =>
    storm('account', { kind: 'account', disturbance: 'none', rotates: false }, 1));
  it('asks once for an account token, refresh tokens rotating', () =>
    storm('account-rotating', { kind: 'account', disturbance: 'none', rotates: true }, 1));
  it('asks once for a component token', () =>
    storm('component', { kind: 'component', disturbance: 'none', rotates: false }, 1));

  it('asks twice at most when the holder is killed: account token', () =>
    storm('account-killed', { kind: 'account', disturbance: 'killed', rotates: false }, 2));
  it('asks twice at most when the holder is killed: account token, refresh tokens rotating', () =>
    storm('account-rotating-killed', { kind: 'account', disturbance: 'killed', rotates: true }, 2));
  it('asks twice at most when the holder is killed: component token', () =>
    storm('component-killed', { kind: 'component', disturbance: 'killed', rotates: false }, 2));

  // The third call is the one that makes sure: WeChat may have kept the token of the write that was refused.
  it('fences off a holder that was stopped: account token', () =>
    storm('account-stopped', { kind: 'account', disturbance: 'stopped', rotates: false }, 3));
  it('fences off a holder that was stopped: account token, refresh tokens rotating', () =>
    storm('account-rotating-stopped', { kind: 'account', disturbance: 'stopped', rotates: true }, 3));
  it('fences off a holder that was stopped: component token', () =>
    storm('component-stopped', { kind: 'component', disturbance: 'stopped', rotates: false }, 3));

  // The killed holder's answer held the only refresh token that works: INFO tells it again.
  it('reads the refresh token again when it died with the holder', () =>
    storm('account-lost-rotation', { kind: 'account', disturbance: 'killed', rotates: true, overlapSeconds: 0 }, 3));
});

function isWhole(result: StormResult, asked: number): boolean {
  return result.served === asked && result.errors.length === 0 && result.afterwards.every((errcode) => errcode === 0);
}

function shown(result: StormResult): Record<string, unknown> {
  const { served, errors, tokens, slowestMs, fenced, afterwards } = result;
  return { served, errors: errors.slice(0, 3), tokens: tokens.length, slowestMs, fenced, afterwards };
}
