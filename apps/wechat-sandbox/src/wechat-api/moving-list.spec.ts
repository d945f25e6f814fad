import { PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

interface Row {
  authorizer_appid: string;
  refresh_token?: string;
}
interface Page {
  total_count: number;
  list: Row[];
  errcode?: number;
}

const APPIDS = ['wxc', 'wxa', 'wxb', 'wxe', 'wxd', 'wxf'];
const C = '/cgi-bin/component/';

describe('LIST and INFO that do not keep still', () => {
  let box: SandboxFixture;
  let token: string;
  let refreshTokens: Map<string, string>;
  beforeEach(async () => {
    box = await startFixture();
    await box.control(
      'POST',
      '/accounts',
      APPIDS.map((appid) => ({ appid })),
    );
    const body = { component_appid: PLATFORM, appids: APPIDS, exchange: true };
    const { list } = await box.control('POST', '/authorize', body);
    const granted = list as { appid: string; authorizer_refresh_token: string }[];
    refreshTokens = new Map(granted.map((one) => [one.appid, one.authorizer_refresh_token]));
    token = await box.componentToken();
  });
  afterEach(() => stopFixture(box));

  const faults = (document: object): Promise<unknown> => box.control('PUT', '/faults', document);
  const page = async (offset: number, count = 2): Promise<Page> => {
    const body = { component_appid: PLATFORM, offset, count };
    return (await box.call(`${C}api_get_authorizer_list`, token, body)) as unknown as Page;
  };
  const names = async (offset: number): Promise<string[]> =>
    (await page(offset)).list.map((row) => row.authorizer_appid);
  const info = (appid: string): Promise<Record<string, unknown>> =>
    box.call(`${C}api_get_authorizer_info`, token, { component_appid: PLATFORM, authorizer_appid: appid });
  const infoRefresh = async (appid: string): Promise<unknown> =>
    ((await info(appid))['authorization_info'] as Record<string, unknown>)['authorizer_refresh_token'];

  it('has an order of its own', async () => {
    expect(await names(0)).toEqual(['wxc', 'wxa']);
    await faults({ listOrder: 'by-appid' });
    expect([await names(0), await names(4)]).toEqual([
      ['wxa', 'wxb'],
      ['wxe', 'wxf'],
    ]);
    await faults({ listOrder: 'newest-first' });
    expect(await names(0)).toEqual(['wxf', 'wxd']);
  });

  it.each([
    ['grows', 7],
    ['shrinks', 5],
  ])('has a total that %s after the first page', async (listTotal, later) => {
    await faults({ listTotal });
    expect([(await page(0)).total_count, (await page(2)).total_count]).toEqual([6, later]);
  });

  it.each([
    ['skips', ['wxe', 'wxd']],
    ['repeats', ['wxa', 'wxb']],
  ])('shifts between pages: %s', async (listShift, second) => {
    await faults({ listShift });
    expect([await names(0), await names(2)]).toEqual([['wxc', 'wxa'], second]);
  });

  it('has short, empty and failing pages, each as often as told', async () => {
    await faults({ listShortPages: 1, listEmptyPages: 1, listFailedPages: 1, listFailedPageCode: -1 });
    expect(await names(0)).toEqual(['wxc']);
    expect(await page(2)).toMatchObject({ errcode: -1 });
    expect(await page(2)).toEqual({ total_count: 6, list: [] });
    expect(await names(2)).toEqual(['wxb', 'wxe']);
  });

  it('follows what happens between two pages', async () => {
    expect(await names(0)).toEqual(['wxc', 'wxa']);
    await box.control('POST', '/accounts/wxc/cancel', { component_appid: PLATFORM, push: false });
    expect(await names(2)).toEqual(['wxe', 'wxd']);
  });

  it('has no refresh token to show for an account never exchanged', async () => {
    await box.control('POST', '/accounts', { appid: 'wxnew' });
    await box.control('POST', '/authorize', { component_appid: PLATFORM, appids: ['wxnew'] });
    expect((await page(6)).list).toEqual([expect.objectContaining({ refresh_token: '' })]);
    await faults({ listLeavesOutEmpty: true });
    expect(Object.keys((await page(6)).list[0]!)).toEqual(['authorizer_appid', 'auth_time']);
    await faults({ listHidesUnexchanged: false });
    expect((await page(6)).list[0]!.refresh_token).toMatch(/^refreshtoken@@@/);
  });

  it('answers differently from INFO, for one account or all', async () => {
    const good = refreshTokens.get('wxc')!;
    const shown = async (): Promise<[unknown, unknown]> => [
      (await page(0)).list[0]!.refresh_token,
      await infoRefresh('wxc'),
    ];
    expect(await shown()).toEqual([good, good]);
    await faults({ listInfoDiffer: 'list-empty', listInfoDifferAppid: 'wxc' });
    expect(await shown()).toEqual(['', good]);
    expect((await page(0)).list[1]!.refresh_token).toBe(refreshTokens.get('wxa'));
    await faults({ listInfoDiffer: 'info-empty' });
    expect(await shown()).toEqual([good, '']);
    await faults({ listInfoDiffer: 'list-missing' });
    expect([(await page(0)).total_count, await names(0), await infoRefresh('wxc')]).toEqual([5, ['wxa', 'wxb'], good]);
    await faults({ listInfoDiffer: 'info-missing' });
    expect([await names(0), await info('wxc')]).toMatchObject([['wxc', 'wxa'], { errcode: 61003 }]);
  });

  it.each(['list', 'info'])('shows a dead refresh token in %s', async (where) => {
    await faults({ listInfoDiffer: `${where}-dead`, listInfoDifferAppid: 'wxc' });
    const dead = where === 'list' ? (await page(0)).list[0]!.refresh_token : await infoRefresh('wxc');
    expect(dead).toMatch(/^refreshtoken@@@[\w-]{43}$/);
    const refresh = (value: unknown): Promise<Record<string, unknown>> =>
      box.call(`${C}api_authorizer_token`, token, {
        component_appid: PLATFORM,
        authorizer_appid: 'wxc',
        authorizer_refresh_token: value,
      });
    expect(await refresh(dead)).toMatchObject({ errcode: 61023 });
    expect(await refresh(refreshTokens.get('wxc'))).toHaveProperty('authorizer_access_token');
  });

  it('has confirm_info where and as told', async () => {
    type Set = { confirm_info?: object };
    const sets = async (): Promise<Set[]> =>
      ((await info('wxc'))['authorization_info'] as { func_info: Set[] }).func_info;
    expect((await sets()).filter((set) => set.confirm_info !== undefined)).toEqual([
      { funcscope_category: { id: 3 }, confirm_info: { need_confirm: 0, already_confirm: 0, can_confirm: 0 } },
    ]);
    await faults({ confirmInfoOnAll: true, confirmInfoSays: 'needed' });
    const needed = { need_confirm: 1, already_confirm: 0, can_confirm: 1 };
    expect((await sets()).map((set) => set.confirm_info)).toEqual((await sets()).map(() => needed));
    await faults({ confirmInfo: false, confirmInfoOnAll: false });
    expect((await sets()).some((set) => set.confirm_info !== undefined)).toBe(false);
  });
});
