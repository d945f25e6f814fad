import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { AppError, Secret, shanghaiDate } from '@app/kernel';
import { FakeWechat } from '../testing/fake-wechat';
import { type CallReport, type WechatClientOptions } from './transport';
import { WechatTransportError } from './transport-error';
import { WechatClient } from './wechat-client';
import { WechatApiError } from './wechat-error';

const TOKEN = '84_account-token_ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SECRET = '0123456789abcdef0123456789abcdef';
const RID = '65a1b2c3-0d4e5f60-7a8b9c0d';
const window = { from: shanghaiDate('2014-12-02'), to: shanghaiDate('2014-12-07') };

describe('a call to WeChat', () => {
  let wechat: FakeWechat;
  let client: WechatClient;
  let reports: CallReport[];

  beforeEach(async () => {
    wechat = await FakeWechat.start();
    reports = [];
    client = clientWith({});
  });
  afterEach(async () => {
    await wechat.close();
    await client.close();
  });

  function clientWith(options: Partial<WechatClientOptions>): WechatClient {
    const onCall = (report: CallReport): void => void reports.push(report);
    return new WechatClient({ apiOrigin: wechat.origin, timeoutMs: 1000, onCall, ...options });
  }

  async function replaceClient(options: Partial<WechatClientOptions>): Promise<void> {
    await client.close();
    client = clientWith(options);
  }

  function ask(signal?: AbortSignal): Promise<unknown> {
    return client.userCumulate({ accountToken: new Secret(TOKEN), ...window, signal });
  }

  /** Fails as said, reports it, and lets no secret through. */
  async function expectFailure(asked: Promise<unknown>, expected: object): Promise<AppError> {
    const error: unknown = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject(expected);
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + inspect(reports);
    for (const secret of [TOKEN, SECRET]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(secret.slice(4, 20));
    }
    expect(reports.at(-1)).toMatchObject({ ok: false });
    return error as AppError;
  }

  describe('that WeChat refuses', () => {
    it('names the errcode, the class, the rid and what to do', async () => {
      wechat.answers({ errcode: 61007, errmsg: `api is unauthorized to component rid: ${RID}` });
      const error = await expectFailure(ask(), {
        name: 'WechatApiError',
        kind: 'denied',
        code: 'wechat_61007',
        errcode: 61007,
        errcodeClass: 'permission_lost',
        rid: RID,
        call: 'getusercumulate',
        detail: { call: 'getusercumulate', errcode: 61007, class: 'permission_lost', rid: RID },
      });
      expect(error.text?.en).toContain('user management');
      expect(error.text?.zh).toContain('用户管理');
      expect(reports).toEqual([
        { call: 'getusercumulate', errcode: 61007, ok: false, ms: expect.any(Number) as number },
      ]);
    });

    it.each([
      [-1, 'upstream', 'retry_soon'],
      [40001, 'upstream', 'refresh_credential'],
      [40013, 'invalid', 'caller_error'],
      [42001, 'upstream', 'refresh_credential'],
      [45009, 'limited', 'quota_wait'],
      [48001, 'denied', 'permission_lost'],
      [61003, 'denied', 'authorization_revoked'],
      [61004, 'unavailable', 'platform_misconfigured'],
      [61503, 'unavailable', 'wait_for_data'],
      [77777, 'upstream', 'unknown'],
    ])('with %i is of kind %s', async (errcode, kind, errcodeClass) => {
      wechat.answers({ errcode, errmsg: 'no' });
      await expectFailure(ask(), { code: `wechat_${errcode}`, kind, errcodeClass, rid: null });
    });

    it('keeps the errmsg but for what looks like a token', async () => {
      wechat.answers({ errcode: 40164, errmsg: `invalid ip 1.2.3.4 for ${TOKEN}, not in whitelist rid: ${RID}` });
      await expectFailure(ask(), {
        detail: { errmsg: `invalid ip 1.2.3.4 for [removed], not in whitelist rid: ${RID}` },
      });
    });

    it('reads errcodes of a secret-bearing call as such', async () => {
      wechat.answers({ errcode: 40001, errmsg: 'invalid credential' });
      const asked = client.startPushTicket({ componentAppid: 'wxp', appSecret: new Secret(SECRET) });
      await expectFailure(asked, { errcodeClass: 'platform_misconfigured' });
    });
  });

  describe('without a usable answer', () => {
    const upstream = { name: 'WechatTransportError', kind: 'upstream' };

    it('times out when nothing comes', async () => {
      await replaceClient({ timeoutMs: 100 });
      wechat.behaves(() => undefined);
      await expectFailure(ask(), { ...upstream, code: 'wechat_timeout' });
    });

    it('times out when the answer drips', async () => {
      await replaceClient({ timeoutMs: 150 });
      wechat.behaves((response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(drip);
        });
      });
      await expectFailure(ask(), { ...upstream, code: 'wechat_timeout' });
    });

    it('times out while waiting for a connection, and is then never sent', async () => {
      await replaceClient({ timeoutMs: 150, connections: 1 });
      wechat.behaves(() => undefined);
      const started = performance.now();
      await Promise.all([ask(), ask(), ask()].map((asked) => expectFailure(asked, { code: 'wechat_timeout' })));
      expect(performance.now() - started).toBeLessThan(600);
      wechat.answers({ list: [] });
      await ask();
      expect(wechat.received).toHaveLength(2);
    });

    it('gives up when told to', async () => {
      wechat.behaves(() => undefined);
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(new Error(TOKEN));
      }, 50);
      await expectFailure(ask(controller.signal), { ...upstream, code: 'wechat_aborted' });
    });

    it('sends nothing when told before', async () => {
      await expectFailure(ask(AbortSignal.abort()), { code: 'wechat_aborted' });
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(wechat.received).toHaveLength(0);
    });

    it('notices a reset before the answer', async () => {
      wechat.behaves((_response, call) => void call.socket.resetAndDestroy());
      const error = await expectFailure(ask(), { ...upstream, code: 'wechat_unreachable' });
      expect((error.cause as Error).message).toMatch(/^[A-Z_]+$/);
    });

    it('notices a reset amid the answer', async () => {
      wechat.behaves((response, call) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"list":', () => void setTimeout(() => call.socket.resetAndDestroy(), 20));
      });
      await expectFailure(ask(), { ...upstream, code: 'wechat_unreachable' });
    });

    it('notices an answer that ends early', async () => {
      wechat.behaves((response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"list":', () => void setTimeout(() => response.socket?.end(), 20));
      });
      await expectFailure(ask(), { ...upstream, code: 'wechat_unreachable' });
    });

    it('notices that nobody listens', async () => {
      const port = await freePort();
      await replaceClient({ apiOrigin: `http://127.0.0.1:${port}` });
      const error = await expectFailure(ask(), { ...upstream, code: 'wechat_unreachable' });
      expect(error.cause).toMatchObject({ message: 'ECONNREFUSED' });
    });

    it('notices what is no HTTP', async () => {
      wechat.behaves((_response, call) => void call.socket.end(`garbage ${TOKEN}\r\n\r\n`));
      await expectFailure(ask(), { ...upstream, code: 'wechat_unreachable' });
    });

    it.each([502, 500, 404, 301, 204])('does not take status %i for an answer', async (status) => {
      wechat.answers(status === 204 ? '' : '<html>Bad Gateway</html>', status);
      await expectFailure(ask(), { ...upstream, code: 'wechat_http_status', detail: { status } });
    });

    it.each(['<html></html>', '', '[]', 'null', '"ok"', `{"access_token":"${TOKEN}","lis`, TOKEN])(
      'does not take %j for JSON',
      async (text) => {
        wechat.answers(text);
        await expectFailure(ask(), { ...upstream, code: 'wechat_not_json' });
      },
    );

    it.each(['oops', '40001', 1.5, {}])('cannot read the errcode %j', async (errcode) => {
      wechat.answers({ errcode });
      await expectFailure(ask(), { code: 'wechat_answer_invalid', detail: { field: 'errcode' } });
    });

    it.each([true, false])('stops at an oversized answer (length announced: %s)', async (announced) => {
      await replaceClient({ maxAnswerBytes: 1000 });
      const text = JSON.stringify({ list: [], more: 'x'.repeat(200_000) });
      wechat.behaves((response) => {
        if (announced) response.setHeader('content-length', text.length);
        response.end(text);
      });
      await expectFailure(ask(), { ...upstream, code: 'wechat_answer_too_large' });
    });

    it('works again after every fault', async () => {
      wechat.behaves((_response, call) => void call.socket.resetAndDestroy());
      await expectFailure(ask(), { code: 'wechat_unreachable' });
      wechat.answers({ list: [] });
      await expect(ask()).resolves.toMatchObject({ rows: [] });
    });
  });

  it('keeps connections, one call at a time on each', async () => {
    await replaceClient({ connections: 2 });
    wechat.behaves((response) => void setTimeout(() => response.end('{"list":[]}'), 5));
    for (let round = 0; round < 5; round++) await Promise.all([ask(), ask(), ask(), ask()]);
    expect(wechat.received).toHaveLength(20);
    expect(new Set(wechat.received.map((call) => call.socket)).size).toBe(2);
  });

  it('keeps the connection after an HTTP error and after a refusal', async () => {
    await replaceClient({ connections: 1 });
    wechat.answers('<html></html>', 502);
    await expectFailure(ask(), { code: 'wechat_http_status' });
    wechat.answers({ errcode: -1, errmsg: 'system error' });
    await expectFailure(ask(), { code: 'wechat_-1' });
    expect(new Set(wechat.received.map((call) => call.socket)).size).toBe(1);
  });

  it('does not lose an answer to a failing report', async () => {
    await replaceClient({
      onCall: () => {
        throw new Error('metrics are down');
      },
    });
    wechat.answers({ list: [] });
    await expect(ask()).resolves.toMatchObject({ rows: [] });
  });

  it('cannot call once closed', async () => {
    await client.close();
    await expectFailure(ask(), { code: 'wechat_unreachable' });
    client = clientWith({});
  });

  it('reports a good call', async () => {
    wechat.answers({ list: [] });
    await ask();
    expect(reports).toEqual([{ call: 'getusercumulate', errcode: 0, ok: true, ms: expect.any(Number) as number }]);
  });

  it('throws two kinds of errors that can be told apart', () => {
    expect(new WechatApiError('api_query_auth', 'component', 61010, '')).not.toBeInstanceOf(WechatTransportError);
  });

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 1;
  }
});
