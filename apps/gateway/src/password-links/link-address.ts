import { type Secret } from '@app/kernel';
import { type FastifyRequest } from 'fastify';
import { type GatewayConfig } from '../gateway.config';

/** Where the page of a password link is, without the origin. */
export function linkPath(token: Secret): string {
  return `/password/${token.reveal()}`;
}

/**
 * The whole address, for the person who passes it on. Without PUBLIC_ORIGIN it is the origin they use themselves: it goes into
 * the answer to their own request and nowhere else, so a made-up Host deceives nobody but its sender.
 */
export function linkAddress(request: FastifyRequest, { PUBLIC_ORIGIN }: GatewayConfig, token: Secret): string {
  const own = `${request.protocol}://${request.host}`;
  return `${PUBLIC_ORIGIN === '' ? own : PUBLIC_ORIGIN}${linkPath(token)}`;
}
