import { AccountRepository } from '../accounts/account.repository';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { gate, info } from '../testing/fake-wechat';
import { PLATFORM, seedAccount, startProcess } from '../testing/harness';
import { ReconcileRequests } from './reconcile-requests';
import { ReconcileRunner } from './reconcile-runner';
import { ReconcileService } from './reconcile.service';

const LIST = 'api_get_authorizer_list';
const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };

describe('a reconcile run', () => {
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

  it('goes back without an attempt when its worker ends', async () => {
    await desk.reset();
    const dying = await startProcess(desk.database.url, desk.wechat.origin, desk.clock);
    const answer = gate();
    desk.wechat.on(LIST, async () => (await answer.passed, { total_count: 0, list: [] }));
    const id = await dying.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    const running = dying.module.get(ReconcileRunner).run(id);
    while (desk.wechat.count(LIST) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    dying.module.get(ReconcileRunner).onModuleDestroy();
    answer.open();
    await running;
    await dying.close();
    expect(await desk.sql('SELECT state, attempts FROM reconcile_run WHERE id = ?', [id])).toEqual([
      { state: 'waiting', attempts: 0 },
    ]);
    await desk.one.module.get(ReconcileRunner).run(id);
    expect((await desk.one.module.get(ReconcileService).get(REACH, id)).run).toMatchObject({
      state: 'done',
      attempts: 1,
    });
  });

  it('does not believe a list that lacks most accounts before INFO has ended one of a few', async () => {
    await desk.reset();
    for (const appid of appids) await seedAccount(desk.one, desk.at(-3_600), 7_200_000, appid);
    desk.wechat.on(LIST, () => ({ total_count: 0, list: [] }));
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
