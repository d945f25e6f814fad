import { Idempotency, type KeptAnswer } from '@app/platform';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { accessOf } from '../access';
import { fingerprintOf, keyOf } from './repeat-policy';

/** What handlers say in headers; all else is the server's own and said anew each time. */
const KEPT_HEADERS = ['location', 'content-type', 'content-disposition', 'content-language', 'vary', 'cache-control'];

/** Does the work of a request with an `Idempotency-Key` once, and answers its repetitions as the first one. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = keyOf(request.headers['idempotency-key']);
    return key === null ? next.handle() : from(this.answer(context, next, key));
  }

  private async answer(context: ExecutionContext, next: CallHandler, key: string): Promise<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { principal, reach } = accessOf(context);
    const { answer, isReplay } = await this.idempotency.once(
      {
        callerId: principal.userId,
        route: `${request.method} ${request.routeOptions.url ?? ''}`,
        key,
        fingerprint: fingerprintOf({ url: request.url, body: request.body, reach }),
      },
      async () => {
        const body: unknown = await lastValueFrom(next.handle(), { defaultValue: null });
        return { status: reply.statusCode, headers: headersOf(reply), body };
      },
    );
    if (isReplay) tellAgain(reply, answer);
    return answer.body;
  }
}

function tellAgain(reply: FastifyReply, { status, headers }: KeptAnswer): void {
  void reply.status(status).headers(headers).header('Idempotent-Replayed', 'true');
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const all = reply.getHeaders();
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (typeof all[name] === 'string' ? [[name, all[name]] as const] : [])),
  );
}
