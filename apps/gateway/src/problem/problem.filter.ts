import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type AppError } from '@app/kernel';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { asAppError } from './problem';
import { sendProblem } from './send-problem';

/** Every error of every route leaves as application/problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** For what is answered without Nest's pipeline. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = asAppError(thrown);
    this.log(error, request);
    sendProblem(request, reply, error);
  }

  private log(error: AppError, request: FastifyRequest): void {
    // A client that left is nobody's fault, and reads nothing.
    if (error.code === 'request_abandoned') return;
    const line = { msg: error.code, route: request.routeOptions.url ?? '(unmatched)', err: error };
    if (error.kind === 'bug') this.logger.error(line);
    else if (error.kind === 'unavailable' || error.kind === 'upstream') this.logger.warn(line);
  }
}
