import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const TEXT = { touser: 'oFan', msgtype: 'text', text: { content: '你好' } };

describe('message/custom/send', () => {
  let box: SandboxFixture;
  let access: string;
  beforeEach(async () => {
    box = await startFixture();
    ({ access } = await box.connect());
  });
  afterEach(() => stopFixture(box));

  const send = (body: object, token = access): Promise<Record<string, unknown>> =>
    box.call('/cgi-bin/message/custom/send', token, body);

  it('records what was sent', async () => {
    expect(await send(TEXT)).toEqual({ errcode: 0, errmsg: 'ok' });
    const sent = { component_appid: PLATFORM, appid: ACCOUNT, touser: 'oFan', content: '你好', at: expect.any(String) };
    expect((await box.control('GET', '/messages'))['messages']).toEqual([sent]);
    expect((await box.control('GET', '/messages?appid=wxother'))['messages']).toEqual([]);
    await box.control('DELETE', '/messages');
    expect((await box.control('GET', '/messages'))['messages']).toEqual([]);
  });

  it.each([
    [{ ...TEXT, touser: undefined }, 40003],
    [{ ...TEXT, msgtype: 'image' }, 40008],
    [{ ...TEXT, text: {} }, 44004],
    [{ ...TEXT, text: undefined }, 44004],
  ])('refuses %j', async (body, errcode) => {
    expect(await send(body)).toMatchObject({ errcode });
    expect(box.world.messages.list()).toEqual([]);
  });

  it('needs the account’s token, its authorization and the message set', async () => {
    expect(await send(TEXT, await box.componentToken())).toMatchObject({ errcode: 61015 });
    await box.control('PUT', '/faults', { messageErrcode: 45015, messageErrcodeCount: 1 });
    expect(await send(TEXT)).toMatchObject({ errcode: 45015 });
    expect(await send(TEXT)).toMatchObject({ errcode: 0 });
    const { access: narrow } = await box.connect(ACCOUNT, [2]);
    expect(await send(TEXT, narrow)).toMatchObject({ errcode: 61007 });
    await box.control('POST', `/accounts/${ACCOUNT}/cancel`, { component_appid: PLATFORM, push: false });
    expect(await send(TEXT, narrow)).toMatchObject({ errcode: 61003 });
  });
});
