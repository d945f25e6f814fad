import { type FastifyReply } from 'fastify';

/** What follows is a table to be saved under this name. @param name letters, digits, `_` and `-` alone. */
export function csvHeaders(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .header('Content-Type', 'text/csv; charset=utf-8')
    .header('Content-Disposition', `attachment; filename="${name}.csv"`);
}
