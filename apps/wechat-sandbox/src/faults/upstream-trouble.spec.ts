import { type AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const PATH = '/datacube/getusercumulate';
const DAYS = JSON.stringify({ begin_date: '2026-03-03', end_date: '2026-03-04' });

describe('upstream trouble', () => {
  let box: SandboxFixture;
  let token: string;
  let origin: string;
  const dispatcher = new Agent();
  beforeEach(async () => {
    box = await startFixture();
    token = (await box.connect()).access;
    await box.app.listen({ port: 0, host: '127.0.0.1' });
    origin = `http://127.0.0.1:${(box.app.server.address() as AddressInfo).port}`;
    await box.control('DELETE', '/calls');
  });
  afterEach(() => stopFixture(box));
  afterAll(() => dispatcher.destroy());

  const faults = (document: object): Promise<unknown> => box.control('PUT', '/faults', document);
  async function ask(signal?: AbortSignal): Promise<{ status: number; type: string; text: string }> {
    const answer = await request(`${origin}${PATH}?access_token=${token}`, {
      method: 'POST',
      body: DAYS,
      dispatcher,
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, type: String(answer.headers['content-type']), text };
  }

  it('answers an HTML page as often as told', async () => {
    await faults({ http502Html: 1 });
    expect(await ask()).toMatchObject({ status: 502, type: 'text/html', text: expect.stringContaining('<html>') });
    expect(await ask()).toMatchObject({ status: 200, type: 'application/json; encoding=utf-8' });
    expect((await box.control('GET', '/calls'))['calls']).toMatchObject([{ errcode: -502 }, { errcode: 0, count: 1 }]);
  });

  it('resets connections before and after the work', async () => {
    await faults({ connectionReset: 1 });
    await expect(ask()).rejects.toThrow();
    expect(box.world.calls.list()).toMatchObject([{ errcode: -600 }]);
    await faults({ answerLost: 1 });
    await expect(ask()).rejects.toThrow();
    expect(box.world.calls.list()).toMatchObject([{ errcode: -600 }, { errcode: 0, appid: ACCOUNT }]);
    expect((await ask()).text).toContain('"list"');
  });

  it('breaks off the answer and never answers', async () => {
    await faults({ truncatedBody: 1 });
    await expect(ask()).rejects.toThrow();
    await faults({ timeouts: 1 });
    await expect(ask(AbortSignal.timeout(100))).rejects.toThrow();
    expect(await ask()).toMatchObject({ status: 200 });
  });

  it('waits, on the chosen path only', async () => {
    await faults({ latencyMs: 120, faultPath: 'datacube' });
    const started = performance.now();
    await ask();
    expect(performance.now() - started).toBeGreaterThan(100);
    const between = performance.now();
    await box.componentToken();
    expect(performance.now() - between).toBeLessThan(100);
  });

  it('injects errcodes: counted, per account, per path, by chance', async () => {
    const errcode = async (): Promise<unknown> => (JSON.parse((await ask()).text) as { errcode?: number }).errcode;
    await faults({ datacubeErrcode: -1, datacubeErrcodeCount: 2 });
    expect([await errcode(), await errcode(), await errcode()]).toEqual([-1, -1, undefined]);
    await faults({ datacubeErrcode: 45009 });
    expect(await errcode()).toBe(45009);
    await faults({ datacubeErrcodeAppid: 'wxother' });
    expect(await errcode()).toBeUndefined();
    await faults({ datacubeErrcodeAppid: ACCOUNT, faultProbability: 0 });
    expect(await errcode()).toBeUndefined();
    await box.control('DELETE', '/faults');
    await faults({ componentErrcode: -1, componentErrcodePath: 'create_preauthcode' });
    const component = await box.componentToken();
    expect(
      await box.call('/cgi-bin/component/api_create_preauthcode', component, { component_appid: PLATFORM }),
    ).toMatchObject({ errcode: -1, errmsg: expect.stringContaining('system error') });
  });
});
