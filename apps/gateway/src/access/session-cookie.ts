import { Secret } from '@app/kernel';
import { config } from '@app/platform';
import { SESSION_MS } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/i;

export function readSessionCookie(request: FastifyRequest): Secret | null {
  const start = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
  return value ? new Secret(value) : null;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, id: Secret): void {
  reply.header('Set-Cookie', sessionCookie(request, id.reveal(), SESSION_MS / 1_000));
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('Set-Cookie', sessionCookie(request, '', 0));
}

/** @param value base64url: nothing that a cookie would have to escape. */
function sessionCookie(request: FastifyRequest, value: string, maxAge: number): string {
  const secure = isPlainLoopback(request) ? '' : '; Secure';
  return `${cookieName(request)}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** The prefix makes browsers insist on Secure, Path=/ and no Domain, so no neighbour under our domain can plant one. */
function cookieName(request: FastifyRequest): string {
  return isPlainLoopback(request) ? 'wpg_session' : '__Host-wpg_session';
}

// Behind a proxy on this machine the socket is loopback, too; then the Host is not.
function isPlainLoopback(request: FastifyRequest): boolean {
  const { localAddress, remoteAddress } = request.socket;
  return (
    config(GatewayConfig).SESSION_COOKIE === 'auto' &&
    request.protocol === 'http' &&
    LOOPBACK.test(localAddress ?? '') &&
    LOOPBACK.test(remoteAddress ?? '') &&
    LOOPBACK_HOST.test(request.hostname)
  );
}
