import fastifyHelmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply } from 'fastify';

/** Helmet has no word for this header. No page of ours needs a device, or a frame that asks for one. */
const NO_DEVICES = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

/**
 * What every answer says unless its handler says otherwise (a header set on the reply wins). The policy suits JSON, the
 * console and the API page: nothing from elsewhere; inline styles because component libraries write them.
 */
export async function secureHeaders(server: FastifyInstance): Promise<void> {
  await server.register(fastifyHelmet, {
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
  });
  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('Permissions-Policy', NO_DEVICES);
    done();
  });
  // What a caller may see changes with login and logout; nothing in between may keep it.
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/api/')) reply.header('Cache-Control', 'no-store');
    done();
  });
}

/** For the answers to what the router refuses by itself, before any hook ran. */
export function refuseSniffing(reply: FastifyReply): void {
  void reply.header('X-Content-Type-Options', 'nosniff').header('Content-Security-Policy', "default-src 'none'");
}
