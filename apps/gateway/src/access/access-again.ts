import { Injectable } from '@nestjs/common';
import { reachFor, SessionService, type Action, type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { readSessionCookie } from './session-cookie';

/** Asks once more, for answers that go on for long. */
@Injectable()
export class AccessAgain {
  constructor(private readonly sessions: SessionService) {}

  /** Where who sent the request may do this now; null when the session is over or none of their roles allows it any more. */
  async reach(request: FastifyRequest, action: Action): Promise<Reach | null> {
    const id = readSessionCookie(request);
    const principal = id && (await this.sessions.findPrincipal(id));
    return principal ? reachFor(principal, action) : null;
  }
}
