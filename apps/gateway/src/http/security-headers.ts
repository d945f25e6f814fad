import { type FastifyInstance, type FastifyReply } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import { type ServerResponse, type IncomingMessage } from 'node:http';

/** Helmet has no word for this header. No page of ours needs a device, or a frame that asks for one. */
const NO_DEVICES = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

/** The policy suits JSON, the console and the API page: nothing from elsewhere; inline styles because component libraries write them. */
const HELMET: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  // Other subdomains are not ours to speak for.
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
};

/** What every answer says unless its handler says otherwise (a header set on the reply wins). */
export function secureHeaders(server: FastifyInstance): void {
  const headers = { ...fixedHeaders(HELMET), 'permissions-policy': NO_DEVICES };
  // What a caller may see changes with login and logout; nothing in between may keep it.
  const unkept = { ...headers, 'cache-control': 'no-store' };
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.routeOptions.url?.startsWith('/api/') ? unkept : headers);
    done();
  });
}

/** Helmet's headers, made once: none of ours depends on the request, and making them costs as much as a small answer. */
function fixedHeaders(options: HelmetOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const collects = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, collects as unknown as ServerResponse, (error?: unknown) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}

/** For the answers to what the router refuses by itself, before any hook ran. */
export function refuseSniffing(reply: FastifyReply): void {
  void reply.header('X-Content-Type-Options', 'nosniff').header('Content-Security-Policy', "default-src 'none'");
}
