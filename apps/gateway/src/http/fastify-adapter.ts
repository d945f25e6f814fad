import { FastifyAdapter } from '@nestjs/platform-fastify';
import { newId } from '@app/kernel';
import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { addressList, type GatewayConfig } from '../gateway.config';
import { frameworkError, sendProblem } from '../problem';
import { acceptBodies } from './body-parsers';
import { refuseLargeBodies } from './large-bodies';
import { plainParameters } from './plain-parameters';
import { recordRequests } from './request-record';
import { refuseSniffing } from './security-headers';
import { refuseUnreadable } from './unreadable-request';

const BODY_LIMIT = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
/** A report may name 1,000 accounts in its address. */
const MAX_HEADER_BYTES = 65_536;

/** Fastify as the gateway wants it: own request ids, own bodies, own access log. */
export function fastifyAdapter({ TRUSTED_PROXIES }: GatewayConfig): FastifyAdapter {
  const proxies = addressList(TRUSTED_PROXIES);
  const adapter = new FastifyAdapter({
    trustProxy: proxies.length > 0 ? proxies : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // An id from outside could be made to look like somebody else's.
    requestIdHeader: false,
    genReqId: () => newId('req'),
    // The router refuses an unreadable URL before any filter could.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      refuseSniffing(reply);
      sendProblem(request, reply, frameworkError(error.statusCode ?? 400, error));
    },
    // SDKs join base URL and path as they come.
    routerOptions: { maxParamLength: 200, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    clientErrorHandler: refuseUnreadable,
  });
  const server = adapter.getInstance();
  recordRequests(server);
  refuseLargeBodies(server, BODY_LIMIT);
  acceptBodies(server);
  plainParameters(server);
  return adapter;
}
