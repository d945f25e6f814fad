import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { consentRoutes } from './consent/consent-routes';
import { CONSENT_TARGET } from './consent/consent-page';
import { controlRoutes } from './control/control-routes';
import { ControlError } from './control/fields';
import { overviewRoutes } from './control/overview-routes';
import { BadSwitchError } from './faults/fault-switches';
import { credentialRoutes } from './wechat-api/credential-routes';
import { datacubeRoutes } from './wechat-api/datacube-routes';
import { directoryRoutes } from './wechat-api/directory-routes';
import { messageRoutes } from './wechat-api/message-routes';
import { quotaRoutes } from './wechat-api/quota-routes';
import { callerAddress } from './wechat-api/wechat-edge';
import { type World } from './world';

/** Large enough to register 100,000 accounts in one request. */
const BODY_LIMIT = 64 * 1024 * 1024;

const LOOPBACK = /^(127\.|::1$)/;

/** A page of another site may send a form to loopback; browsers then name that site. */
function isForeignOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== `http://${host ?? ''}`;
}

function guardControl(app: FastifyInstance, allowRemote: boolean): void {
  app.addHook('onRequest', (request, reply, next) => {
    // WeChat reads JSON whatever the content type says; Fastify would answer 415 to XML and to malformed types
    delete request.raw.headers['content-type'];
    const isControl = request.url.startsWith('/sandbox') && request.routeOptions.url !== CONSENT_TARGET;
    if (!isControl || allowRemote) {
      next();
      return;
    }
    if (!LOOPBACK.test(callerAddress(request)) || isForeignOrigin(request)) {
      void reply.code(403).send({ error: 'control routes are for this machine only' });
      return;
    }
    next();
  });
}

function answerError(error: unknown, reply: FastifyReply, world: World): FastifyReply {
  if (error instanceof ControlError) return reply.code(error.status).send({ error: error.message });
  if (error instanceof BadSwitchError) {
    return reply.code(400).send({ error: error.message, switch: error.switchName });
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status >= 500) world.log('error', 'request failed', { error: error instanceof Error ? error.name : 'unknown' });
  return reply.code(status).send({ error: status >= 500 ? 'internal error' : 'bad request' });
}

/** The HTTP side of a sandbox; the caller listens and closes. */
export function createSandboxApp(world: World, options: { allowRemote?: boolean } = {}): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  guardControl(app, options.allowRemote ?? false);
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, world));
  app.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/sandbox')
      ? reply.code(404).send({ error: 'no such control route' })
      : world.edge.unknown(request, reply),
  );
  credentialRoutes(app, world);
  directoryRoutes(app, world);
  quotaRoutes(app, world);
  datacubeRoutes(app, world);
  messageRoutes(app, world);
  consentRoutes(app, world);
  controlRoutes(app, world);
  overviewRoutes(app, world);
  return app;
}
