import { Secret } from '@app/kernel';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { info, queryAuth } from '../testing/fake-wechat';
import { AES_KEY, AT, box, CALLBACK_TOKEN, PLATFORM } from '../testing/harness';
import { grantXml, revokeXml, ticketXml } from '../testing/pushes';
import { AccountTokens } from '../tokens/account-tokens';

const OTHER = { id: 'plt_2', appid: 'wxsecond' };

describe('one account on two platforms', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.reset();
    const now = desk.at(0);
    await desk.sql(
      "INSERT INTO platform (id, provider_id, appid, name, public_origin, created_at) VALUES (?, 'prv_1', ?, 'Second', 'https://wx2.example', ?)",
      [OTHER.id, OTHER.appid, now],
    );
    const secrets = { app_secret: 'other-secret', callback_token: CALLBACK_TOKEN, encoding_aes_key: AES_KEY };
    for (const [kind, value] of Object.entries(secrets)) {
      const { keyId, bytes } = box.seal(new Secret(value), ['platform_secret', OTHER.id, kind, 'current']);
      await desk.sql(
        "INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at) VALUES (?, ?, 'current', ?, ?, ?)",
        [OTHER.id, kind, keyId, bytes, now],
      );
    }
    // WeChat gives each platform values of its own.
    desk.wechat.on('api_query_auth', ({ component_appid: appid, authorization_code: code }) => {
      if (code !== `code-of-${String(appid)}`) return { errcode: 61009, errmsg: 'code is invalid' };
      const { authorization_info: answer } = queryAuth(AT.appid) as { authorization_info: object };
      const tokens = {
        authorizer_access_token: `at-of-${String(appid)}`,
        authorizer_refresh_token: `rt-of-${String(appid)}`,
      };
      return { authorization_info: { ...answer, ...tokens } };
    });
    desk.wechat.on('api_get_authorizer_info', ({ component_appid: appid }) =>
      info(AT.appid, { refreshToken: `rt-of-${String(appid)}` }),
    );
  });

  const of = (xml: string, appid: string) => xml.replaceAll(PLATFORM.appid, appid);
  const grant = (appid: string) =>
    desk.receive(of(grantXml(desk.at(0), { appid: AT.appid, code: `code-of-${appid}` }), appid), appid);

  it('is two accounts: both push at once, tokens never mix, a cancel ends one', async () => {
    await Promise.all(
      [PLATFORM.appid, OTHER.appid].flatMap((appid) => [
        desk.receive(of(ticketXml(`ticket-of-${appid}`, desk.at(1)), appid), appid),
        ...[1, 2, 3].map(() => grant(appid)),
      ]),
    );
    await desk.work();
    const platforms = [PLATFORM, OTHER];
    for (const { id, appid } of platforms) {
      expect(await desk.account(id)).toMatchObject({ platformId: id, appid: AT.appid, state: 'authorized' });
      expect(await desk.tokens(id)).toEqual({ access: `at-of-${appid}`, refresh: `rt-of-${appid}` });
    }
    expect(await desk.sql('SELECT COUNT(*) AS n FROM account')).toEqual([{ n: 2 }]);

    desk.wechat.on('api_get_authorizer_info', ({ component_appid: appid }) =>
      appid === OTHER.appid
        ? { errcode: 61003, errmsg: 'not authorized' }
        : info(AT.appid, { refreshToken: `rt-of-${PLATFORM.appid}` }),
    );
    await desk.receive(of(revokeXml(desk.at(5), AT.appid), OTHER.appid), OTHER.appid);
    expect(await desk.work()).toBe('revoked');
    expect(await desk.account(OTHER.id)).toMatchObject({ state: 'revoked' });
    expect(await desk.tokens(OTHER.id)).toEqual({ access: null, refresh: null });
    expect(await desk.account()).toMatchObject({ state: 'authorized' });
    const { token } = await desk.two.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
    expect(token.reveal()).toBe(`at-of-${PLATFORM.appid}`);
  });

  it('refuses the push of one at the address of the other', async () => {
    const xml = grantXml(desk.at(0), { appid: AT.appid, code: 'code-1' });
    await expect(desk.receive(xml, OTHER.appid)).rejects.toMatchObject({ code: 'callback_appid_mismatch' });
    expect(await desk.sql('SELECT id FROM push_event')).toEqual([]);
  });
});
