import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { APP_FILTER } from '@nestjs/core';
import { MessageInbox, PushInbox, PushRefusals } from '@app/credentials';
import { AppError } from '@app/kernel';
import { loadConfig } from '@app/platform';
import { CallbackError } from '@app/wechat';
import { GatewayConfig } from '../gateway.config';
import { fastifyAdapter } from '../http/fastify-adapter';
import { ProblemFilter } from '../problem';
import { WechatEventsController } from './wechat-events.controller';

const EVENTS = '/wechat/wxc/events?timestamp=1&nonce=2&msg_signature=abc&signature=def';
const MESSAGES = '/wechat/wxc/accounts/wxa/messages?timestamp=1&nonce=2&msg_signature=abc&openid=o';

describe('WeChat’s pushes', () => {
  const events = { receive: jest.fn() };
  const messages = { receive: jest.fn() };
  const refusals = { note: jest.fn() };
  let app: NestFastifyApplication;

  beforeAll(async () => {
    loadConfig([GatewayConfig], {});
    const adapter = fastifyAdapter(new GatewayConfig());
    const module = await Test.createTestingModule({
      controllers: [WechatEventsController],
      providers: [
        { provide: PushInbox, useValue: events },
        { provide: MessageInbox, useValue: messages },
        { provide: PushRefusals, useValue: refusals },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
    await app.init();
    await adapter.getInstance().ready();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    messages.receive.mockResolvedValue({ kind: 'dropped' });
  });

  const post = (url: string, contentType?: string) =>
    app.inject({
      method: 'POST',
      url,
      payload: '<xml/>',
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });

  it.each([
    [EVENTS, 'text/xml'],
    [EVENTS, 'application/json'],
    [EVENTS, undefined],
    [MESSAGES, 'text/xml'],
  ] as const)('%s as %p is answered by exactly "success"', async (url, contentType) => {
    const answer = await post(url, contentType);
    expect([answer.statusCode, answer.rawPayload]).toEqual([200, Buffer.from('success')]);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    const query = { timestamp: '1', nonce: '2', msgSignature: 'abc' };
    const [{ receive }, account] = url === EVENTS ? [events, []] : [messages, ['wxa']];
    expect(receive.mock.calls).toEqual([['wxc', ...account, query, Buffer.from('<xml/>')]]);
  });

  it.each([
    [{ kind: 'taken' }, '', /^text\/plain/],
    [{ kind: 'reply', body: '<xml><Encrypt>x</Encrypt></xml>' }, '<xml><Encrypt>x</Encrypt></xml>', /^text\/xml/],
  ])('a message may be answered by %j', async (result, body, contentType) => {
    messages.receive.mockResolvedValueOnce(result);
    const answer = await post(MESSAGES, 'text/xml');
    expect([answer.statusCode, answer.rawPayload]).toEqual([200, Buffer.from(body)]);
    expect(answer.headers['content-type']).toMatch(contentType);
  });

  it('passes what is missing or given twice on as empty', async () => {
    await app.inject({ method: 'POST', url: '/wechat/wxc/events?timestamp=1&timestamp=2' });
    const query = { timestamp: '', nonce: '', msgSignature: '' };
    expect(events.receive.mock.calls).toEqual([['wxc', query, Buffer.alloc(0)]]);
  });

  it.each([
    [new CallbackError('signature_mismatch'), 403],
    [new CallbackError('signature_missing'), 403],
    [new CallbackError('padding_invalid'), 400],
    [new CallbackError('envelope_invalid'), 400],
    [new AppError('invalid', 'event_invalid'), 400],
    [new AppError('not_found', 'platform_unknown'), 404],
    [new AppError('unavailable', 'database_unavailable'), 503],
    [new Error('anything'), 500],
  ])('%p is %i, and never says success', async (error, status) => {
    events.receive.mockRejectedValueOnce(error);
    messages.receive.mockRejectedValueOnce(error);
    for (const url of [EVENTS, MESSAGES]) {
      const answer = await post(url, 'text/xml');
      expect(answer.statusCode).toBe(status);
      expect(answer.body).not.toContain('success');
    }
    // Events alone: messages are dropped anyway.
    expect(refusals.note.mock.calls).toEqual([['wxc', error]]);
  });
});
