import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';
import { withQuery } from './consent-rules';

const REDIRECT = 'https://gateway.example:3000/connect/abc/callback?lang=zh';
const REFERER = 'https://gateway.example:3000/connect/abc';

interface Shown {
  error: string | undefined;
  html: string;
  fields: URLSearchParams;
}

describe('authorization page', () => {
  let box: SandboxFixture;
  let code: string;
  beforeEach(async () => {
    box = await startFixture();
    await box.control('POST', '/accounts', { appid: 'wxmini', kind: 'mini', name: 'Mini <b>' });
    const answer = await box.call('/cgi-bin/component/api_create_preauthcode', await box.componentToken(), {
      component_appid: PLATFORM,
    });
    code = String(answer['pre_auth_code']);
    await box.control('DELETE', '/pushes');
  });
  afterEach(() => stopFixture(box));

  async function open(
    over: Record<string, string> = {},
    options: { referer?: string | null; path?: string } = {},
  ): Promise<Shown> {
    const query = { component_appid: PLATFORM, pre_auth_code: code, redirect_uri: REDIRECT, auth_type: '3', ...over };
    const { referer = REFERER, path = '/cgi-bin/componentloginpage' } = options;
    const answer = await box.app.inject({
      url: `${path}?${new URLSearchParams(query).toString()}`,
      headers: referer === null ? {} : { referer },
    });
    expect(answer.statusCode).toBe(200);
    const fields = new URLSearchParams();
    for (const [, name = '', value = ''] of answer.body.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
      fields.append(name, value.replaceAll('&amp;', '&'));
    }
    const error = answer.headers['x-sandbox-error'];
    return { error: typeof error === 'string' ? error : undefined, html: answer.body, fields };
  }

  async function submit(
    fields: URLSearchParams,
    choice: Record<string, string>,
    sets: number[] = [1, 2],
  ): Promise<{ status: number; location: string; error: unknown; html: string }> {
    const form = new URLSearchParams(fields);
    for (const [name, value] of Object.entries(choice)) form.set(name, value);
    for (const id of sets) form.append('sets', String(id));
    const answer = await box.app.inject({
      method: 'POST',
      url: '/sandbox/consent',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: form.toString(),
    });
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      location: location ?? '',
      error: answer.headers['x-sandbox-error'],
      html: answer.body,
    };
  }

  it('sends the browser back with a code and pushes the event', async () => {
    const shown = await open();
    expect(shown.error).toBeUndefined();
    expect(shown.html).toContain('Mini &lt;b&gt;');
    const done = await submit(shown.fields, { action: 'authorize', appid: ACCOUNT }, [2]);
    expect(done.status).toBe(302);
    expect(done.location).toMatch(
      /^https:\/\/gateway\.example:3000\/connect\/abc\/callback\?lang=zh&auth_code=queryauthcode%40%40%40[\w-]{86}&expires_in=3600$/,
    );
    expect(box.world.deliveries.list()).toMatchObject([{ info_type: 'authorized', appid: ACCOUNT }]);
    const answer = await box.call('/cgi-bin/component/api_query_auth', await box.componentToken(), {
      component_appid: PLATFORM,
      authorization_code: new URL(done.location).searchParams.get('auth_code'),
    });
    expect(answer).toMatchObject({
      authorization_info: { authorizer_appid: ACCOUNT, func_info: [{ funcscope_category: { id: 2 } }] },
    });
    expect((await submit(shown.fields, { action: 'authorize', appid: ACCOUNT })).error).toBe('expired_pre_auth_code');
  });

  it('does nothing when cancelled', async () => {
    const { fields } = await open();
    const done = await submit(fields, { action: 'cancel', appid: ACCOUNT });
    expect([done.status, done.location]).toEqual([200, '']);
    expect(done.html).toContain('已取消授权');
    expect(box.world.store.grantsFor(ACCOUNT)).toEqual([]);
  });

  it.each([
    ['another host', 'https://evil.example/'],
    ['another port', 'https://gateway.example:3001/'],
    ['no referer', null],
  ])('refuses to open from %s', async (_name, referer) => {
    expect((await open({}, { referer })).error).toBe('wrong_domain');
    await box.control('PUT', '/faults', { checkReferer: false });
    expect((await open({}, { referer })).error).toBeUndefined();
  });

  it('refuses a form that did not come from the opened page', async () => {
    const { fields } = await open();
    fields.delete('entry');
    expect((await submit(fields, { action: 'authorize', appid: ACCOUNT })).error).toBe('wrong_domain');
  });

  it.each([
    [{ component_appid: 'wx1' }, 'unknown_platform'],
    [{ pre_auth_code: 'preauthcode@@@x' }, 'bad_pre_auth_code'],
    [{ redirect_uri: 'https://evil.example/' }, 'wrong_domain'],
    [{ redirect_uri: 'javascript:alert(1)' }, 'bad_redirect_uri'],
    [{ redirect_uri: '/callback' }, 'bad_redirect_uri'],
    [{ auth_type: '5' }, 'no_account'],
    [{ biz_appid: 'wxnobody' }, 'no_account'],
  ])('refuses %j', async (over, error) => {
    expect((await open(over)).error).toBe(error);
  });

  it('refuses an expired pre-auth code, also when it expires on the page', async () => {
    const { fields } = await open();
    box.advance(1800);
    expect((await open()).error).toBe('expired_pre_auth_code');
    expect((await submit(fields, { action: 'authorize', appid: ACCOUNT })).error).toBe('expired_pre_auth_code');
  });

  it('offers accounts by type, appid and status, and sets by the link', async () => {
    const official = await open({ auth_type: '1', category_id_list: '2|3' }, { path: '/wxaopen/safe/bindcomponent' });
    expect(official.html).not.toContain('wxmini');
    expect([...official.html.matchAll(/name="sets" value="(\d+)"/g)].map(([, id]) => id)).toEqual(['2', '3']);
    expect((await open({ auth_type: '1', biz_appid: 'wxmini' }, { path: '/safe/bindcomponent' })).html).toContain(
      'wxmini',
    );
    const { fields } = await open({ category_id_list: '2' });
    await box.control('POST', '/accounts', { appid: ACCOUNT, status: 19 });
    expect((await open()).html).not.toContain(`value="${ACCOUNT}"`);
    expect((await submit(fields, { action: 'authorize', appid: ACCOUNT })).error).toBe('no_account');
    await box.control('POST', '/accounts', { appid: ACCOUNT, status: 1 });
    await submit(fields, { action: 'authorize', appid: ACCOUNT }, [1, 2, 3]);
    expect(box.world.store.findGrant(PLATFORM, ACCOUNT)?.sets).toEqual([2]);
  });

  it('can lose the redirect, and can push first or later', async () => {
    await box.control('PUT', '/faults', { redirectLost: true, consentOrder: 'push-first' });
    const { fields } = await open();
    const done = await submit(fields, { action: 'authorize', appid: ACCOUNT });
    expect([done.status, done.location]).toEqual([200, '']);
    expect(box.world.deliveries.list()[0]).toMatchObject({ state: 'failed', attempts: [{ ok: false }] });
    await box.control('PUT', '/faults', { consentOrder: 'redirect-first', preAuthCodeSingleUse: false });
    box.world.store.preAuthCodes.get(code)!.used = false;
    await submit(fields, { action: 'authorize', appid: 'wxmini' }, [17]);
    expect(box.world.deliveries.list()[1]).toMatchObject({ appid: 'wxmini', state: 'pending', attempts: [] });
  });
});

describe('query appending', () => {
  it.each([
    ['https://a/b', 'https://a/b?x=1%40'],
    ['https://a/b?', 'https://a/b?x=1%40'],
    ['https://a/b?c=d&', 'https://a/b?c=d&x=1%40'],
    ['https://a/b?c=%7B#part', 'https://a/b?c=%7B&x=1%40#part'],
  ])('%s becomes %s', (address, wanted) => {
    expect(withQuery(address, { x: '1@' })).toBe(wanted);
  });
});
