import { type Client } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { deviceCookie, sessionCookie } from './cookies';

const LONGEST_ADDRESS = 45;
const LONGEST_AGENT = 200;

/** Who sends a request, as far as a login is concerned. A trusted proxy may forward an address that is none. */
export function clientOf(request: FastifyRequest): Client {
  const isAddress = isIP(request.ip) !== 0 && request.ip.length <= LONGEST_ADDRESS;
  return {
    address: isAddress ? request.ip : '',
    agent: (request.headers['user-agent'] ?? '').slice(0, LONGEST_AGENT),
    device: deviceCookie.read(request),
    session: sessionCookie.read(request),
  };
}
