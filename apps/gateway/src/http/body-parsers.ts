import { AppError } from '@app/kernel';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

const MAX_DEPTH = 32;
const RAW_TYPE = 'application/octet-stream';

/**
 * Our API takes JSON alone. Everywhere else (WeChat's pushes, forms) any or no content type is taken and `request.body` is
 * the Buffer as it came; undefined when there was none.
 */
export function acceptBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRequest', (request, _reply, done) => {
    // Fastify answers 415 to a content type it cannot read before any parser is asked.
    if (!takesJson(request) && request.headers['content-type'] !== undefined)
      request.headers['content-type'] = RAW_TYPE;
    done();
  });
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    void parseJson(request, body.toString('utf8'), (error, parsed: unknown) => {
      if (error || !isPlain(parsed, MAX_DEPTH)) done(malformed());
      else done(null, parsed);
    });
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (takesJson(request) && body.length > 0) done(new AppError('invalid', 'media_type_unsupported'));
    else done(null, body.length > 0 ? body : undefined);
  });
}

function takesJson(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/api/') ?? false;
}

function malformed(): AppError {
  return new AppError('invalid', 'body_malformed');
}

/**
 * Validation walks the tree by recursion: a body of a million brackets must not get there. Names every object inherits
 * (`constructor`, `toString`) would be dropped unseen before unknown fields are refused.
 */
function isPlain(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0 || Object.keys(value).some((key) => key in Object.prototype)) return false;
  return Object.values(value).every((inner) => isPlain(inner, levels - 1));
}
