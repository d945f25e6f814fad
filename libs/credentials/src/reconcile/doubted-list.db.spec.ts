import { AccountRepository } from '../accounts/account.repository';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { info } from '../testing/fake-wechat';
import { PLATFORM, seedAccount } from '../testing/harness';
import { ReconcileRequests } from './reconcile-requests';
import { ReconcileRunner } from './reconcile-runner';
import { ReconcileService } from './reconcile.service';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };

describe('a list that lacks most accounts', () => {
  const appids = Array.from({ length: 30 }, (_, i) => `wx${i}`);
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());

  const reconcile = async () => {
    const { module } = desk.one;
    const id = await module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    await module.get(ReconcileRunner).run(id);
    return module.get(ReconcileService).get(REACH, id);
  };
  const states = async () =>
    Promise.all(
      appids.map(async (appid) => (await desk.one.module.get(AccountRepository).find(PLATFORM.id, appid))?.state),
    );

  it('is not believed before INFO has ended one of a few', async () => {
    await desk.reset();
    for (const appid of appids) await seedAccount(desk.one, desk.at(-3_600), 7_200_000, appid);
    desk.wechat.on('api_get_authorizer_list', () => ({ total_count: 0, list: [] }));
    desk.wechat.on('api_get_authorizer_info', ({ authorizer_appid: appid }) => info(String(appid)));
    const { run, findings } = await reconcile();
    expect(run).toMatchObject({ state: 'partial', error: { code: 'authorizer_list_doubted' } });
    expect(run.counts).toMatchObject({ asked: 5, ended: 0, leftAlone: 25, infoCalls: 5 });
    expect(
      findings.filter(({ because, outcome }) => because === 'list_doubted' && outcome === 'left_alone'),
    ).toHaveLength(25);
    // All were cancelled while we were away.
    desk.wechat.on('api_get_authorizer_info', () => ({
      errcode: 61003,
      errmsg: 'component is not authorized by this account',
    }));
    desk.clock.advance(60_000);
    expect((await reconcile()).run.counts).toMatchObject({ asked: 30, ended: 30, leftAlone: 0, infoCalls: 30 });
    expect(await states()).toEqual(appids.map(() => 'revoked'));
  }, 60_000);
});
