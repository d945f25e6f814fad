import { AuthorizationDesk } from '../testing/authorization-desk';
import { info, queryAuth } from '../testing/fake-wechat';
import { AT } from '../testing/harness';
import { grantXml, revokeXml } from '../testing/pushes';
import { ConnectService } from './connect.service';

describe('a press on an invite', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(() => desk.reset());

  const offered = async (merchantId: string): Promise<string | null> => {
    const page = new URL(await desk.one.module.get(ConnectService).click(await desk.invite(merchantId), 'desktop'));
    return page.searchParams.get('category_id_list');
  };

  it('offers user management, and takes away nothing that the merchant granted before', async () => {
    expect(await offered('mer_1')).toBe('2');
    desk.wechat.on('api_query_auth', () => queryAuth(AT.appid, { sets: [11, 1, 2] }));
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { sets: [11, 1, 2] }));
    await desk.callback(await desk.invite('mer_1'), 'code-1');
    expect([await offered('mer_1'), await offered('mer_2')]).toEqual(['1|2|11', '2']);
    desk.wechat.on('api_get_authorizer_info', () => ({ errcode: 61003, errmsg: 'not authorized' }));
    expect(await desk.told(revokeXml(desk.at(60), AT.appid))).toBe('revoked');
    expect(await offered('mer_1')).toBe('2');
  });

  it('says nothing about the owner when WeChat gives two invites one pre-auth code', async () => {
    desk.wechat.on('api_create_preauthcode', () => ({ pre_auth_code: 'preauthcode-twin', expires_in: 1800 }));
    desk.wechat.on('api_query_auth', () => queryAuth(AT.appid));
    const [one, two] = [await desk.invite('mer_1'), await desk.invite('mer_2')];
    const preAuthCode = await desk.click(one);
    expect(await desk.click(two)).toBe(preAuthCode);
    await desk.click(two);
    await desk.told(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1', preAuthCode }));
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: null });
    // The link that the browser comes back to does say.
    await desk.callback(two, 'code-1');
    expect(await desk.account()).toMatchObject({ merchantId: 'mer_2' });
  });
});
