import { AppError } from '@app/kernel';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { unknownFields } from '../problem';

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
      if (error || !nestsWithin(parsed, MAX_DEPTH)) {
        done(malformed());
        return;
      }
      const unknown = inheritedNames(parsed);
      if (unknown.length > 0) done(unknownFields(unknown));
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

/** Validation walks the tree by recursion: a body of a million brackets must not get there. */
function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1));
}

/** Paths of fields named like what every object inherits (`constructor`): making DTOs drops them unseen. */
function inheritedNames(value: unknown, parent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = Array.isArray(value) ? `${parent}[${key}]` : parent === '' ? key : `${parent}.${key}`;
    return key in Object.prototype ? [path] : inheritedNames(inner, path);
  });
}
