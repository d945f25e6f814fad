import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { AuditTrail, reachFor } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { limitHeaders, rateLimited, RequestLimits } from '../limits';
import { actOf } from './audit.interceptor';
import { Callers } from './callers';
import { isOwnOrigin } from './origin-policy';
import { grantAccess } from './request-access';
import { rulesOf } from './rule';

/** Asks every request of every route: from our own pages, by somebody we know, not too many, who may do this? */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly limits: RequestLimits,
    private readonly trail: AuditTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const [rule] = rulesOf(context.getHandler());
    if (!rule) throw new AppError('bug', 'route_without_rule');
    // Public routes of the API (login) act for a browser, too; WeChat's pushes and landing pages live elsewhere.
    if (!rule.public || request.routeOptions.url?.startsWith('/api/')) refuseForeignOrigin(request);
    if (rule.public) return true;
    const principal = await this.callers.find(request);
    if (!principal) throw new AppError('unauthenticated', 'login_required');
    await this.limit(principal.userId, context.switchToHttp().getResponse<FastifyReply>());
    const reach = reachFor(principal, rule.action);
    if (!reach) {
      const act = actOf(request, context.getHandler());
      if (act) await this.trail.note({ ...act, principal }, { outcome: 'refused', code: 'not_allowed' });
      throw new AppError('denied', 'not_allowed', { detail: { action: rule.action } });
    }
    grantAccess(request, { principal, reach });
    return true;
  }

  private async limit(callerId: string, reply: FastifyReply): Promise<void> {
    const standing = await this.limits.take(callerId);
    if (!standing) return;
    void reply.headers(limitHeaders(standing));
    if (standing.isOver) throw rateLimited(standing);
  }
}

function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': fetchSite } = request.headers;
  const source = { method: request.method, host: request.host, origin, fetchSite: fetchSite?.toString() };
  if (!isOwnOrigin(source)) throw new AppError('denied', 'origin_refused');
}
