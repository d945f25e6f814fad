import { Logger } from '@nestjs/common';
import { httpDuration, runWithRequestId } from '@app/platform';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

const UNMATCHED = '(unmatched)';

/** The request id around all that a request does, one log line and one measurement at its end. */
export function recordRequests(server: FastifyInstance): void {
  const logger = new Logger('http');
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    runWithRequestId(request.id, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    runWithRequestId(request.id, () => {
      record(logger, request, reply);
    });
    done();
  });
}

// The route template only: paths and queries carry tokens.
function record(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? UNMATCHED;
  const labels = { method: request.method, route, status: reply.statusCode };
  httpDuration.observe(labels, reply.elapsedTime / 1_000);
  const line = { msg: 'request', ...labels, ms: Math.round(reply.elapsedTime) };
  if (route.startsWith('/health/')) logger.debug(line);
  else logger.log(line);
}
