import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  ConnectService,
  inviteBusy,
  WechatPages,
  type BoundOutcome,
  type ConnectOutcome,
  type InviteDetail,
} from '@app/credentials';
import { AppError, type ErrorKind } from '@app/kernel';
import { loadConfig } from '@app/platform';
import { GatewayConfig } from '../gateway.config';
import { fastifyAdapter } from '../http/fastify-adapter';
import { secureHeaders } from '../http/security-headers';
import { ConnectController } from './connect.controller';

const EVIL = '<script>alert("x")</script>&\'';
const INVITE: InviteDetail = {
  id: 'inv_1',
  platformId: 'plt_1',
  componentAppid: 'wxc',
  platformName: `Platform ${EVIL}`,
  publicOrigin: 'https://wx.example',
  merchantId: 'mer_1',
  merchantName: `Merchant ${EVIL}`,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: new Date('2026-01-08T20:30:00Z'),
  usedAt: null,
  accountId: null,
  accountPublicId: null,
  binding: null,
};
const BOUND: InviteDetail = {
  ...INVITE,
  binding: {
    campaignId: 'cmp_1',
    campaignClosedAt: null,
    accountId: 7,
    appid: 'wxbound',
    nickName: `Tea ${EVIL}`,
    isCurrent: true,
    isFulfilled: false,
  },
};
const OUTCOME: ConnectOutcome = {
  accountName: `Account ${EVIL}`,
  merchantName: 'Merchant',
  setGranted: true,
  gate: { open: true },
  ownedByOther: false,
  bound: null,
};
const bound = (change: Partial<BoundOutcome> = {}): BoundOutcome => ({
  accountName: 'Tea',
  isOther: false,
  missingSets: [],
  ...change,
});
const closed = (because: 'set_missing' | 'not_verified') =>
  ({ open: false, because, message: { en: `must fix ${because}`, zh: `请处理 ${because}` } }) as const;

describe('connect pages', () => {
  const connect = {
    find: jest.fn(),
    open: jest.fn(),
    click: jest.fn(),
    callback: jest.fn(),
  };
  let app: NestFastifyApplication;

  beforeAll(async () => {
    loadConfig([GatewayConfig], {});
    const adapter = fastifyAdapter(new GatewayConfig());
    const module = await Test.createTestingModule({
      controllers: [ConnectController],
      providers: [
        { provide: ConnectService, useValue: connect },
        {
          provide: WechatPages,
          useValue: new WechatPages({ desktop: 'https://mp.example', mobile: 'https://open.example' }),
        },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false });
    secureHeaders(adapter.getInstance());
    await app.init();
    await adapter.getInstance().ready();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    connect.find.mockResolvedValue(INVITE);
    connect.open.mockResolvedValue(INVITE);
    connect.callback.mockResolvedValue(OUTCOME);
  });

  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
  const titleOf = (text: string) => /<title>(.*?)<\/title>/.exec(text)?.[1];

  it('shows the invite with a form, a QR code of the same link, and everything escaped', async () => {
    const answer = await get('/connect/tok-1');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<html lang="en">');
    expect(answer.body).toContain('<form method="post" action="/connect/tok-1">');
    expect(answer.body).toMatch(/<svg[^>]*viewBox/);
    expect(answer.body).toContain('2026-01-09 04:30 (UTC+8)');
    expect(answer.body).not.toContain('<script');
    expect(answer.body).toContain('Merchant &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;');
    expect(answer.headers['content-security-policy']).toContain(
      "form-action 'self' https://mp.example https://open.example",
    );
    expect(answer.headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
    expect(connect.click).not.toHaveBeenCalled();
  });

  it.each([
    ['en', 'For the Official Account Tea', 'leave every permission ticked'],
    ['zh', '公众号：Tea', '保留全部权限的勾选'],
  ])('names the account that a campaign’s link is for: %s', async (language, lead, note) => {
    connect.open.mockResolvedValue(BOUND);
    const answer = await get('/connect/tok-1', { 'accept-language': language });
    expect(answer.statusCode).toBe(200);
    for (const text of [lead, note, '(wxbound)', '<form method="post" action="/connect/tok-1">', '<svg'])
      expect(answer.body).toContain(text);
    expect(titleOf(answer.body)).toContain('Tea &lt;script&gt;');
    expect(answer.body).not.toContain('<script');
    expect(connect.click).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<ConnectOutcome>, number, string, string]>([
    ['all granted', { bound: bound() }, 200, 'All permissions were granted', 'You may close this page.'],
    [
      'set 7 unticked',
      { bound: bound({ missingSets: [2, 7] }), setGranted: false, gate: closed('set_missing') },
      200,
      'A permission is still missing',
      'user management (permission set 2), permission set 7. Open the link again',
    ],
    [
      'all granted, not verified',
      { bound: bound(), gate: closed('not_verified') },
      200,
      'Granted, but data cannot be fetched yet',
      'must fix not_verified',
    ],
    [
      'another account',
      { bound: bound({ isOther: true, missingSets: [2] }) },
      409,
      'Another account was authorized',
      'This link is for Tea, but Account',
    ],
  ])('ends a campaign’s link with a page of its own: %s', async (_name, change, status, title, text) => {
    connect.callback.mockResolvedValue({ ...OUTCOME, ...change });
    const answer = await get('/connect/tok-1/callback?auth_code=x');
    expect([answer.statusCode, titleOf(answer.body)]).toEqual([status, title]);
    expect(answer.body).toContain(text);
    const chinese = await get('/connect/tok-1/callback?auth_code=x', { 'accept-language': 'zh' });
    expect(titleOf(chinese.body)).toMatch(/[\u4e00-\u9fff]/);
    expect(chinese.body).not.toMatch(/permission|must/);
  });

  it('speaks Chinese to whoever asks for it', async () => {
    const answer = await get('/connect/tok-1', { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect(answer.body).toContain('<html lang="zh-CN">');
    expect(answer.body).toContain('前往微信授权');
  });

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0) MicroMessenger/3.9', 'desktop'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0', 'mobile'],
    ['Mozilla/5.0 (Linux; Android 15) Mobile', 'mobile'],
  ])('leads %s to the %s page, and keeps the Referer that WeChat checks', async (agent, device) => {
    connect.click.mockResolvedValue('https://mp.example/cgi-bin/page?a=1&b=2');
    const headers = { 'user-agent': agent, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.inject({ method: 'POST', url: '/connect/tok-1', headers, payload: '' });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, 'https://mp.example/cgi-bin/page?a=1&b=2']);
    expect(answer.headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
    expect(connect.click).toHaveBeenCalledWith('tok-1', device);
  });

  it.each<[string, Partial<ConnectOutcome>, number, string]>([
    ['connected', {}, 200, 'Connected'],
    [
      'set 2 not granted',
      { setGranted: false, gate: closed('set_missing') },
      200,
      'Connected, but one permission is missing',
    ],
    ['not verified', { gate: closed('not_verified') }, 200, 'Connected, but data cannot be fetched yet'],
    ['another merchant’s', { ownedByOther: true }, 409, 'This account belongs to somebody else here'],
  ])('ends with a page of its own: %s', async (_name, change, status, title) => {
    connect.callback.mockResolvedValue({ ...OUTCOME, ...change });
    const answer = await get('/connect/tok-1/callback?auth_code=queryauthcode%40%40%40x&expires_in=3600');
    expect([answer.statusCode, titleOf(answer.body)]).toEqual([status, title]);
    expect(answer.body).toContain('Account &lt;script&gt;');
    expect(answer.body).not.toContain('<script');
    const told = change.gate?.open === false ? change.gate.message.en : undefined;
    const advice = change.setGranted === false ? 'Ask your service provider for a new invite' : told;
    if (advice !== undefined) expect(answer.body).toContain(advice);
    const [token, code] = connect.callback.mock.calls[0] as [string, { reveal(): string }];
    expect([token, code.reveal()]).toEqual(['tok-1', 'queryauthcode@@@x']);
  });

  it.each([
    ['', 400],
    ['?auth_code=', 400],
    ['?auth_code=a&auth_code=b', 400],
  ])('takes a return without a code (%p) for a cancelled one', async (query, status) => {
    const answer = await get(`/connect/tok-1/callback${query}`);
    expect([answer.statusCode, titleOf(answer.body)]).toEqual([status, 'Nothing was authorized']);
    expect(connect.callback).not.toHaveBeenCalled();
  });

  it.each([
    ['en', 'This invite was used too often', 'Try again in 7 minutes.'],
    ['zh', '操作过于频繁', '请 7 分钟后再试'],
  ])('says when a link that was used too often works again: %s', async (language, title, text) => {
    const now = new Date('2026-03-10T02:00:00Z');
    const busy = inviteBusy(new Date(now.getTime() + 370_000), now);
    for (const call of [connect.click, connect.callback]) call.mockRejectedValue(busy);
    const headers = { 'accept-language': language };
    for (const answer of [
      await app.inject({ method: 'POST', url: '/connect/tok-1', headers }),
      await get('/connect/tok-1/callback?auth_code=x', headers),
    ]) {
      expect([answer.statusCode, titleOf(answer.body), answer.headers['retry-after']]).toEqual([429, title, '420']);
      expect(answer.body).toContain(text);
    }
  });

  it.each<[ErrorKind, string, number]>([
    ['not_found', 'invite_unknown', 404],
    ['conflict', 'invite_used', 410],
    ['conflict', 'invite_expired', 410],
    ['conflict', 'invite_fulfilled', 200],
    ['conflict', 'invite_replaced', 410],
    ['conflict', 'invite_closed', 410],
    ['invalid', 'authorization_code_invalid', 400],
    ['invalid', 'authorization_code_expired', 410],
    ['invalid', 'mini_program_not_supported', 400],
    ['invalid', 'wechat_40013', 400],
    ['upstream', 'wechat_timeout', 503],
    ['unavailable', 'ticket_missing', 503],
    ['unavailable', 'database_unavailable', 503],
    ['limited', 'wechat_45009', 503],
    ['bug', 'sealed_value_invalid', 503],
  ])('%s %s is a page with status %i, in both languages', async (kind, code, status) => {
    const error = new AppError(kind, code, { message: { en: `said ${EVIL}`, zh: '说明' } });
    for (const call of [connect.open, connect.click, connect.callback, connect.find]) call.mockRejectedValue(error);
    const titles = new Set<string | undefined>();
    for (const language of ['en', 'zh']) {
      const answers = [
        await get('/connect/tok-1', { 'accept-language': language }),
        await get('/connect/tok-1/callback?auth_code=x', { 'accept-language': language }),
        await app.inject({ method: 'POST', url: '/connect/tok-1', headers: { 'accept-language': language } }),
      ];
      for (const answer of answers) {
        expect(answer.statusCode).toBe(status);
        expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
        expect(answer.headers['retry-after']).toBe(status === 503 ? '60' : undefined);
        expect(answer.body).not.toMatch(/<script|tok-1/);
        titles.add(titleOf(answer.body));
      }
    }
    expect(titles.size).toBe(2);
  });
});
