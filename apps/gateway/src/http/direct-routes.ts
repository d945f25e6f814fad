import { AppError } from '@app/kernel';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { routesOf } from '../access';
import { ProblemFilter } from '../problem';

/** The method of a controller that answers a hot route; where, its decorators say. */
export interface DirectRoute {
  readonly controller: abstract new (...args: never[]) => unknown;
  readonly handler: string;
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

type Handler = (request: FastifyRequest) => Promise<unknown>;

/**
 * Has Fastify call the handlers of hot routes itself: Nest's pipeline (guards, interceptors, pipes) costs more than reading their
 * answer. Such a route is public, takes the request alone, and gives an object that nothing may keep. Nest still declares it, so it
 * is in the route table and described as any other.
 */
export function answerDirectly(app: NestFastifyApplication, routes: readonly DirectRoute[]): void {
  const problems = new ProblemFilter();
  const server = app.getHttpAdapter().getInstance();
  for (const { controller, handler } of routes) {
    const instance = app.get<Record<string, Handler>>(controller, { strict: false });
    const answer = instance[handler];
    const [route] = routesOf(controller, handler, answer);
    // Who may call it is asked by a guard, which does not run here.
    if (!answer || route?.rule.public !== true) throw new AppError('bug', 'direct_route_not_public');
    server.addHook('onRoute', (declared) => {
      if (declared.method !== route.method || declared.url !== route.path) return;
      declared.handler = async (request, reply) => {
        try {
          const body = await answer.call(instance, request);
          void reply.headers(HEADERS).send(JSON.stringify(body));
        } catch (thrown) {
          problems.answer(thrown, request, reply);
        }
        return reply;
      };
    });
  }
}
