import { AppError } from '@app/kernel';
import { AuditTrail, type Act, type LoggedIn, type Principal, type Witness } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { clientOf, endAct, endingOf } from '../access';
import { asAppError } from '../problem';

/** Tries beyond their limits are counted elsewhere, and would fill the log. */
const TOLD: readonly string[] = ['login_failed', 'login_over', 'code_wrong', 'no_membership'];

const LOGIN = 'session:login';

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
        await this.trail.note(actOf(request, LOGIN, null), { outcome: 'refused', code: error.code });
      throw error;
    }
    const opened = openedBy(result);
    if (opened) await this.trail.note(actOf(request, LOGIN, opened.principal), { outcome: 'done', code: null });
    return result;
  }

  /** Of somebody who holds a password link and is not logged in yet. What cannot be written down is not done. */
  ofPassword(request: FastifyRequest): Witness {
    return async (person, set) => {
      const ids = await this.trail.begin(actOf(request, 'password:set', person));
      try {
        await set();
      } catch (thrown) {
        await endAct(this.trail, ids, endingOf(asAppError(thrown)));
        throw thrown;
      }
      await endAct(this.trail, ids, { outcome: 'done', code: null });
    };
  }
}

function actOf(request: FastifyRequest, action: string, principal: Principal | null): Act {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  const ids = principal === null ? [] : [principal.userId];
  const { address } = clientOf(request);
  return { requestId: request.id, principal, reach: null, action, route, ids, address };
}
