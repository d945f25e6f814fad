import { type AppError } from '@app/kernel';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { languageOf } from './language';
import { problemOf } from './problem';
import { sendWechatAnswer, speaksWechat } from './wechat-answer';

/** Answers with problem details in the caller's language, on WeChat's paths in WeChat's shape; on a reply that is half out, breaks the connection. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  if (reply.sent || reply.raw.headersSent) {
    // The only way left to say that the answer is not whole.
    reply.raw.destroy();
    return;
  }
  if (speaksWechat(request)) {
    sendWechatAnswer(request, reply, error);
    return;
  }
  const language = languageOf(request);
  const problem = problemOf(error, language, request.id);
  const { retryAfterSeconds } = error.detail;
  if (typeof retryAfterSeconds === 'number') reply.header('Retry-After', String(Math.ceil(retryAfterSeconds)));
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer');
  void reply
    .code(problem.status)
    // The router refuses some URLs before any hook ran.
    .header('X-Request-Id', request.id)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Content-Language', language)
    .header('Vary', 'Accept-Language')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(problem));
}
