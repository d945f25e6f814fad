import { AppError } from '@app/kernel';
import { type FastifyInstance } from 'fastify';
import { type Readable } from 'node:stream';

/** A body up to this long is read to its end before it is refused: who still sends would not see why it was. */
const DRAINED_BYTES = 16 * 1_048_576;
const DRAIN_MS = 5_000;

/** Refuses bodies that say they are longer than `limit` (bytes), so that the answer reaches the sender. */
export function refuseLargeBodies(server: FastifyInstance, limit: number): void {
  server.addHook('preParsing', async (request, reply, payload) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared <= limit) return payload;
    if (declared <= DRAINED_BYTES) await drain(payload, DRAIN_MS);
    else reply.header('connection', 'close');
    throw new AppError('invalid', 'body_too_large');
  });
}

/** Reads and forgets; resolves at the end, when the sender goes away, or when it takes too long. */
function drain(stream: Readable, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      resolve();
    }
    stream.on('end', done).on('close', done).on('error', done).resume();
  });
}
