import { AuditTrail, type Act } from '@app/tenants';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Observable, catchError, concatMap, from, mergeMap } from 'rxjs';
import { asAppError } from '../problem';
import { endAct, endingOf } from './act-ending';
import { isAuditedRead } from './audited';
import { clientOf } from './client-of';
import { isOpaqueId, namedIds } from './named-ids';
import { accessIfGranted } from './request-access';
import { rulesOf, type Rule } from './rule';

/** Writes down what changes something, and what is read that people want to know of: before it is done, and how it ended. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly trail: AuditTrail) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const act = actOf(request, context.getHandler());
    if (!act) return next.handle();
    return from(this.trail.begin(act)).pipe(mergeMap((ids) => this.ended(ids, next)));
  }

  private ended(ids: number[], next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError(async (thrown: unknown) => {
        await endAct(this.trail, ids, endingOf(asAppError(thrown)));
        throw thrown;
      }),
      concatMap(async (answer: unknown) => {
        await endAct(this.trail, ids, { outcome: 'done', code: null, madeId: madeId(answer) });
        return answer;
      }),
    );
  }
}

/** Null: nobody wants to know. */
export function actOf(request: FastifyRequest, handler: object): Act | null {
  const [rule] = rulesOf(handler);
  const access = accessIfGranted(request);
  if (!rule || rule.public || !isAudited(rule, request.method, handler)) return null;
  return {
    ...{ requestId: request.id, principal: access?.principal ?? null, reach: access?.reach ?? null },
    ...{ action: rule.action, route: `${request.method} ${request.routeOptions.url ?? ''}` },
    // Whoever looks for something in the log does nothing to it.
    ...{ ids: rule.action === 'audit:read' ? [] : namedIds(request), address: clientOf(request).address },
  };
}

function isAudited(rule: Rule, method: string, handler: object): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return !rule.public && (!isRead || isAuditedRead(handler));
}

function madeId(answer: unknown): string | null {
  const id = (answer as { readonly id?: unknown } | null | undefined)?.id;
  return isOpaqueId(id) ? id : null;
}
