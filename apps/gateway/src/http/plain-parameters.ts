import { type FastifyInstance } from 'fastify';

const PRINTABLE_ASCII = /^[\x21-\x7e]*$/;
/** No id looks like this. */
const NOBODY = '-';

/**
 * Ids and tokens in paths are plain ASCII. MySQL refuses to compare other text with our ascii columns; as the id of nobody
 * it gets the same "not found" as every other id that does not exist.
 */
export function plainParameters(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const params = request.params as Record<string, string>;
    for (const [name, value] of Object.entries(params)) if (!PRINTABLE_ASCII.test(value)) params[name] = NOBODY;
    done();
  });
}
