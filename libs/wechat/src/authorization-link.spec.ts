import { Secret } from '@app/kernel';
import { authorizationLink, WECHAT_PAGE_ORIGINS } from './authorization-link';

const request = {
  pageOrigins: WECHAT_PAGE_ORIGINS,
  componentAppid: 'wxplatform',
  preAuthCode: new Secret('preauthcode@@@a+b'),
  redirectUri: 'https://gw.example/connect/tok/callback?x=1&y=2',
};

describe('authorizationLink', () => {
  it('leads to the QR code page on a desktop', () => {
    expect(authorizationLink({ ...request, device: 'desktop', categoryIds: [2] })).toBe(
      'https://mp.weixin.qq.com/cgi-bin/componentloginpage?component_appid=wxplatform' +
        '&pre_auth_code=preauthcode%40%40%40a%2Bb' +
        '&redirect_uri=https%3A%2F%2Fgw.example%2Fconnect%2Ftok%2Fcallback%3Fx%3D1%26y%3D2' +
        '&auth_type=1&category_id_list=2',
    );
  });

  it('leads to the confirmation page on a phone', () => {
    const link = authorizationLink({ ...request, device: 'mobile', categoryIds: [1, 2], bizAppid: 'wxaccount' });
    const url = new URL(link);
    expect(url.origin + url.pathname).toBe('https://open.weixin.qq.com/wxaopen/safe/bindcomponent');
    expect(url.hash).toBe('#wechat_redirect');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      action: 'bindcomponent',
      no_scan: '1',
      component_appid: 'wxplatform',
      pre_auth_code: 'preauthcode@@@a+b',
      redirect_uri: request.redirectUri,
      auth_type: '1',
      biz_appid: 'wxaccount',
      category_id_list: '1|2',
    });
  });

  it('stays on one origin with a sandbox', () => {
    const pageOrigins = { desktop: 'http://127.0.0.1:3900', mobile: 'http://127.0.0.1:3900' };
    for (const device of ['desktop', 'mobile'] as const) {
      expect(new URL(authorizationLink({ ...request, pageOrigins, device })).origin).toBe('http://127.0.0.1:3900');
    }
  });
});
