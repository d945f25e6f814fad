import { AppError } from '@app/kernel';
import { AuditTrail, type Act, type LoggedIn, type Principal } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { clientOf } from '../access';

/** Tries beyond their limits are counted elsewhere, and would fill the log. */
const TOLD: readonly string[] = ['login_failed', 'login_over', 'code_wrong', 'no_membership'];

/** Writes down who came in, and that somebody did not. Whom they said they were is not kept: it may be a password. */
@Injectable()
export class LoginTrail {
  constructor(private readonly trail: AuditTrail) {}

  /** Runs one step of a login. `openedBy` tells what it opened; null: another step follows. */
  async of<T>(request: FastifyRequest, step: Promise<T>, openedBy: (result: T) => LoggedIn | null): Promise<T> {
    let result: T;
    try {
      result = await step;
    } catch (error) {
      if (error instanceof AppError && TOLD.includes(error.code))
        await this.trail.note(actOf(request, null), { outcome: 'refused', code: error.code });
      throw error;
    }
    const opened = openedBy(result);
    if (opened) await this.trail.note(actOf(request, opened.principal), { outcome: 'done', code: null });
    return result;
  }
}

function actOf(request: FastifyRequest, principal: Principal | null): Act {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  const ids = principal === null ? [] : [principal.userId];
  const { address } = clientOf(request);
  return { requestId: request.id, principal, reach: null, action: 'session:login', route, ids, address };
}
