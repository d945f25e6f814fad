import { Controller, Post, Req, type Type } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppError } from '@app/kernel';
import { currentRequestId, loadConfig } from '@app/platform';
import { type FastifyRequest } from 'fastify';
import { Public, Requires } from '../access';
import { GatewayConfig } from '../gateway.config';
import { answerDirectly } from './direct-routes';
import { fastifyAdapter } from './fastify-adapter';
import { secureHeaders } from './security-headers';

@Controller()
class HotController {
  private readonly word = 'own';

  @Post('datacube/hot')
  @Public()
  hot(@Req() { body, query }: FastifyRequest): Promise<object> {
    const { refuse } = query as { refuse?: string };
    if (refuse === 'later') return Promise.reject(new AppError('limited', 'x', { detail: { errcode: 45011 } }));
    if (refuse === 'at once') throw new AppError('invalid', 'x', { detail: { errcode: 41001 } });
    return Promise.resolve({ word: this.word, bytes: (body as Buffer).length, requestId: currentRequestId() });
  }

  @Post('datacube/guarded')
  @Requires('merchant:read')
  guarded(): object {
    return {};
  }
}

async function direct(controller: Type, handler: string): Promise<NestFastifyApplication> {
  loadConfig([GatewayConfig], {});
  const adapter = fastifyAdapter(new GatewayConfig());
  const module = await Test.createTestingModule({ controllers: [controller] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  secureHeaders(adapter.getInstance());
  answerDirectly(app, [{ controller, handler }]);
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

describe('answerDirectly', () => {
  it('has the handler called, all hooks around it', async () => {
    const app = await direct(HotController, 'hot');
    const ask = (url: string) => app.inject({ method: 'POST', url, payload: 'abc' });
    const answer = await ask('//datacube/hot/');
    const requestId = answer.headers['x-request-id'];
    expect([answer.statusCode, answer.json<unknown>()]).toEqual([200, { word: 'own', bytes: 3, requestId }]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect((await ask('/datacube/hot?refuse=later')).json()).toMatchObject({ errcode: 45011 });
    expect((await ask('/datacube/hot?refuse=at%20once')).json()).toMatchObject({ errcode: 41001 });
    await app.close();
  });

  it('takes no route that somebody has to be let in to', async () => {
    await expect(direct(HotController, 'guarded')).rejects.toMatchObject({ code: 'direct_route_not_public' });
  });
});
