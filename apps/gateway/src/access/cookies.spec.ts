import { Secret } from '@app/kernel';
import { loadConfig } from '@app/platform';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';
import { deviceCookie, sessionCookie } from './cookies';

interface Given {
  readonly protocol?: string;
  readonly hostname?: string;
  readonly remoteAddress?: string;
  readonly cookie?: string;
}

function request(given: Given = {}): FastifyRequest {
  const { protocol = 'http', hostname = 'localhost', remoteAddress = '127.0.0.1', cookie } = given;
  const headers = cookie === undefined ? {} : { cookie };
  return { protocol, hostname, socket: { localAddress: '127.0.0.1', remoteAddress }, headers } as FastifyRequest;
}

function cookieFor(given: Given): string {
  const header = jest.fn();
  sessionCookie.set(request(given), { header } as unknown as FastifyReply, new Secret('id'));
  return String(header.mock.calls[0]?.[1]);
}

const PLAIN = 'wpg_session=id; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax';
const SECURE = `__Host-${PLAIN}; Secure`;

describe('the session cookie', () => {
  beforeEach(() => {
    loadConfig([GatewayConfig], {});
  });

  it.each([
    ['plain HTTP on this machine', {}, PLAIN],
    ['IPv6 loopback', { hostname: '[::1]', remoteAddress: '::1' }, PLAIN],
    ['HTTPS on this machine', { protocol: 'https' }, SECURE],
    ['a proxy on this machine', { hostname: 'gw.example.com' }, SECURE],
    ['another machine', { remoteAddress: '10.0.0.2' }, SECURE],
    ['a host that only looks like loopback', { hostname: '127.0.0.1.example.com' }, SECURE],
  ])('for %s', (_name, given, expected) => {
    expect(cookieFor(given)).toBe(expected);
  });

  it('is always secure when told so', () => {
    loadConfig([GatewayConfig], { SESSION_COOKIE: 'secure' });
    expect(cookieFor({})).toBe(SECURE);
  });

  it.each([
    ['a=1; wpg_session=abc; b=2', 'abc'],
    ['wpg_session=abc', 'abc'],
    ['wpg_session=', undefined],
    ['x_wpg_session=abc', undefined],
    ['__Host-wpg_session=abc', undefined],
    [undefined, undefined],
  ])('is read from %p', (cookie, expected) => {
    const id = sessionCookie.read(request(cookie === undefined ? {} : { cookie }));
    expect(id?.reveal()).toBe(expected);
  });

  it('has a device’s beside it', () => {
    const cookie = '__Host-wpg_session=s; __Host-wpg_device=d';
    const read = request({ hostname: 'gw.example.com', cookie });
    expect([sessionCookie, deviceCookie].map((one) => one.read(read)?.reveal())).toEqual(['s', 'd']);
  });

  it('is taken away', () => {
    const header = jest.fn();
    sessionCookie.clear(request(), { header } as unknown as FastifyReply);
    expect(header).toHaveBeenCalledWith('Set-Cookie', 'wpg_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
  });
});
