import { Secret } from '@app/kernel';
import { config } from '@app/platform';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/i;

/** A cookie of ours that only this host can set and no script can read. */
export class OwnCookie {
  constructor(
    private readonly plainName: string,
    private readonly maxAgeMs: number,
  ) {}

  read(request: FastifyRequest): Secret | null {
    const start = `${this.name(request)}=`;
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
    return value ? new Secret(value) : null;
  }

  set(request: FastifyRequest, reply: FastifyReply, value: Secret): void {
    reply.header('Set-Cookie', this.text(request, value.reveal(), this.maxAgeMs / 1_000));
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    reply.header('Set-Cookie', this.text(request, '', 0));
  }

  /** @param value base64url: nothing that a cookie would have to escape. */
  private text(request: FastifyRequest, value: string, maxAge: number): string {
    const secure = isPlainLoopback(request) ? '' : '; Secure';
    return `${this.name(request)}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  }

  /** The prefix makes browsers insist on Secure, Path=/ and no Domain, so no neighbour under our domain can plant one. */
  private name(request: FastifyRequest): string {
    return isPlainLoopback(request) ? this.plainName : `__Host-${this.plainName}`;
  }
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
