import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { etagOf, isKnownTo } from './etag-policy';

/**
 * Tags an answer, which its caller may keep but must ask for each time. True when the caller has it: what follows is 304 and
 * no body. To be called after the access check alone, as a 304 tells that there is such an answer.
 */
export function isUnchanged(request: FastifyRequest, reply: FastifyReply, facts: unknown): boolean {
  const etag = etagOf(facts);
  // Who asks next on the same machine may be somebody else.
  void reply
    .header('ETag', etag)
    .header('Cache-Control', 'private, no-cache')
    .header('Vary', 'Authorization, Cookie, Accept-Encoding');
  if (!isKnownTo(request.headers['if-none-match'], etag)) return false;
  void reply.status(304);
  return true;
}

/** Describes a route whose answers are tagged. */
export function Versioned(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETag of an answer you have: 304 when it still holds.',
      example: 'W/"3q2-7wAAAAAAAAAAAAAAAAAAAAA"',
    }),
    ApiResponse({ status: 304, description: 'What you have still holds.' }),
  );
}
