import { Body, Controller, Get, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppError } from '@app/kernel';
import { currentRequestId, loadConfig } from '@app/platform';
import { ApiKeyService, AuditTrail, SessionService, type Principal, type Reach } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentReach, Public, Requires, RouteTable } from '../access';
import { AccessGuard } from '../access/access.guard';
import { Callers } from '../access/callers';
import { GatewayConfig } from '../gateway.config';
import { RequestLimits } from '../limits';
import { ProblemFilter, validationPipe } from '../problem';
import { fastifyAdapter } from './fastify-adapter';
import { ListOf, sendPage, Text } from './index';
import { secureHeaders } from './security-headers';

class ItemDto {
  @Text(3)
  name: string;
}

class ListDto {
  @ListOf(() => ItemDto, 1, 2)
  items: ItemDto[];
}

@Controller()
class ProbeController {
  @Post('api/v1/lists')
  @Requires('merchant:write')
  make(@Body() body: ListDto, @CurrentReach() reach: Reach) {
    return { body, reach };
  }

  @Get('api/v1/things/:id')
  @Requires('merchant:read')
  thing(@Param('id') id: string) {
    return { id, requestId: currentRequestId() };
  }

  @Post('wechat/:appid/events')
  @Public()
  push(@Req() request: FastifyRequest) {
    return { isBuffer: Buffer.isBuffer(request.body), requestId: currentRequestId() };
  }

  @Get('connect/:token')
  @Public()
  page(@Res() reply: FastifyReply) {
    sendPage(reply, 200, '<p>', { formAction: ['https://mp.weixin.qq.com'] });
  }

  @Get('api/v1/broken')
  @Public()
  broken() {
    throw new AppError('limited', 'login_busy', { detail: { retryAfterSeconds: 1.2 } });
  }
}

const ADMIN: Principal = {
  userId: 'usr_1',
  email: 'a@x.cn',
  name: 'A',
  memberships: [{ role: 'provider_admin', providerId: 'prv_1', merchantId: null }],
};
const VIEWER: Principal = {
  ...ADMIN,
  memberships: [{ role: 'merchant_viewer', providerId: null, merchantId: 'mer_1' }],
};
const READER: Principal = {
  ...{ userId: 'key_1', email: '', name: 'K', memberships: [] },
  key: { scopes: ['merchant:read'], providerId: 'prv_1', merchantId: null, accountIds: null },
};
const PEOPLE: Readonly<Record<string, Principal>> = { admin: ADMIN, viewer: VIEWER };

async function shell(controller: Type): Promise<NestFastifyApplication> {
  loadConfig([GatewayConfig], {});
  const adapter = fastifyAdapter(new GatewayConfig());
  const findPrincipal = (id: { reveal(): string }) => Promise.resolve(PEOPLE[id.reveal()] ?? null);
  const findKey = (key: { reveal(): string }) => Promise.resolve(key.reveal() === 'reads' ? READER : null);
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers: [controller],
    providers: [
      RouteTable,
      Callers,
      { provide: SessionService, useValue: { findPrincipal } },
      { provide: ApiKeyService, useValue: { findPrincipal: findKey } },
      { provide: AuditTrail, useValue: { note: () => Promise.resolve() } },
      { provide: RequestLimits, useValue: { take: () => Promise.resolve(null) } },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_PIPE, useFactory: validationPipe },
    ],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  secureHeaders(adapter.getInstance());
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

describe('the shell', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await shell(ProbeController);
  });
  afterAll(() => app.close());

  const as = (who: string) => ({ cookie: `__Host-wpg_session=${who}` });
  const post = (url: string, payload: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });

  it('knows every route and who may call it', () => {
    expect(app.get(RouteTable).all()).toContainEqual({
      method: 'GET',
      path: '/api/v1/things/:id',
      handler: 'ProbeController.thing',
      rule: { public: false, action: 'merchant:read' },
    });
  });

  it('asks for a session, then for a role', async () => {
    expect((await app.inject('/api/v1/things/1')).json()).toMatchObject({ status: 401, code: 'login_required' });
    const unknown = await app.inject({ url: '/api/v1/things/1', headers: as('nobody') });
    expect(unknown.json()).toMatchObject({ status: 401, code: 'login_required' });
    const viewer = await post('/api/v1/lists', '{}', as('viewer'));
    expect(viewer.json()).toMatchObject({ status: 403, code: 'not_allowed' });
  });

  it('takes a key in place of a session, for what it was made for', async () => {
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    const get = (headers: Record<string, string>) => app.inject({ url: '/api/v1/things/1', headers });
    expect((await get(bearer('reads'))).statusCode).toBe(200);
    expect((await post('/api/v1/lists', '{}', bearer('reads'))).json()).toMatchObject({ code: 'not_allowed' });
    const wrong = await get({ ...bearer('wrong'), ...as('admin') });
    expect(wrong.json()).toMatchObject({ status: 401, code: 'api_key_invalid' });
  });

  it('hands the reach to the handler', async () => {
    const answer = await post('/api/v1/lists', '{"items":[{"name":" a "}]}', as('admin'));
    expect(answer.json()).toEqual({
      body: { items: [{ name: 'a' }] },
      reach: { host: false, providerIds: ['prv_1'], merchantIds: [] },
    });
  });

  it('refuses what another site sends', async () => {
    const answer = await post('/api/v1/lists', '{}', { ...as('admin'), origin: 'https://evil.example' });
    expect(answer.json()).toMatchObject({ status: 403, code: 'origin_refused' });
  });

  it.each([
    ['{}', [['items', 'isArray']]],
    ['{"items":[[]]}', [['items', 'isObject']]],
    [
      '{"items":[{"name":""},{"name":"abcd","x":1}],"y":2}',
      [
        ['y', 'unknownField'],
        ['items[0].name', 'isNotEmpty'],
        ['items[1].x', 'unknownField'],
        ['items[1].name', 'maxLength'],
      ],
    ],
  ])('names every field that is wrong in %s', async (body, expected) => {
    const answer = await post('/api/v1/lists', body, { ...as('admin'), 'accept-language': 'zh' });
    const { errors, ...problem } = answer.json<{ errors: { field: string; rule: string }[] }>();
    expect(problem).toMatchObject({ status: 422, code: 'validation_failed', title: '请求不合规' });
    expect(errors.map(({ field, rule }) => [field, rule])).toEqual(expected);
    expect(answer.headers).toMatchObject({ 'content-language': 'zh', vary: 'Accept-Language' });
  });

  it.each([
    ['{', 400, 'body_malformed'],
    ['{"__proto__":{}}', 400, 'body_malformed'],
    [`{"items":${'['.repeat(50)}${']'.repeat(50)}}`, 400, 'body_malformed'],
    ['"'.padEnd(1_100_000), 413, 'body_too_large'],
  ])('refuses a body like %.20s', async (body, status, code) => {
    const answer = await post('/api/v1/lists', body, as('admin'));
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status, code });
  });

  it.each(['text/xml', 'garbage', 'application/x-www-form-urlencoded'])('takes no %s in the API', async (type) => {
    const answer = await post('/api/v1/lists', '<a/>', { ...as('admin'), 'content-type': type });
    expect(answer.json()).toMatchObject({ status: 415, code: 'media_type_unsupported' });
  });

  it.each(['text/xml', 'garbage', 'application/json', ''])('takes %p as raw bytes elsewhere', async (type) => {
    const answer = await post('/wechat/wx1/events', '<xml/>', { 'content-type': type });
    expect(answer.json()).toEqual({ isBuffer: true, requestId: answer.headers['x-request-id'] });
  });

  it('makes its own request ids', async () => {
    const answer = await app.inject({ url: '/api/v1/things/1', headers: { ...as('admin'), 'x-request-id': 'mine' } });
    expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-z]{26}$/);
    expect(answer.json()).toEqual({ id: '1', requestId: answer.headers['x-request-id'] });
  });

  it('takes an id that is not plain ASCII for the id of nobody', async () => {
    const answer = await app.inject({ url: '/api/v1/things/%E4%BD%A0', headers: as('admin') });
    expect(answer.json()).toMatchObject({ id: '-' });
  });

  it.each([
    ['/nothing/here?token=x', 404, 'route_not_found'],
    ['/%zz', 400, 'request_malformed'],
    ['/api/v1/broken', 429, 'login_busy'],
  ])('answers %s with a problem', async (url, status, code) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, code, type: `urn:wpg:problem:${code}` });
    expect(answer.body).not.toContain('token');
  });

  it.each(['/api/v1/things/1', '/nothing/here', '/api/v1/broken'])(
    'tells browsers to trust nothing else at %s',
    async (url) => {
      const { headers } = await app.inject(url);
      const policy = String(headers['content-security-policy']);
      for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(policy).toContain(part);
      expect(policy).not.toMatch(/script-src|unsafe-eval|https:|\*/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    },
  );

  it('tells them so even where the router refuses an address by itself', async () => {
    const { headers } = await app.inject('/%zz');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    });
  });

  it('says when to come back', async () => {
    expect((await app.inject('/api/v1/broken')).headers['retry-after']).toBe('2');
  });

  it('lets a page lead on to WeChat', async () => {
    const { headers } = await app.inject('/connect/abc');
    expect(headers['content-security-policy']).toContain("form-action 'self' https://mp.weixin.qq.com;");
    expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
    expect((await app.inject('/api/v1/things/1')).headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('boot', () => {
  @Controller('bare')
  class BareController {
    @Get()
    get() {
      return {};
    }
  }

  @Controller('both')
  class BothController {
    @Get()
    @Public()
    @Requires('report:read')
    get() {
      return {};
    }
  }

  it.each([BareController, BothController])(
    'fails for %p, whose route has not exactly one rule',
    async (controller) => {
      await expect(shell(controller)).rejects.toMatchObject({
        code: 'route_without_rule',
        message: expect.stringContaining('.get'),
      });
    },
  );
});
