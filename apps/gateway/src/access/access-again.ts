import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { reachFor, type Action, type Principal, type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { Callers } from './callers';

/** Asks once more, for answers that go on for long. */
@Injectable()
export class AccessAgain {
  constructor(private readonly callers: Callers) {}

  /** Where who sent the request may do this now; null when the session or key is over, or does not allow it any more. */
  async reach(request: FastifyRequest, action: Action): Promise<Reach | null> {
    const principal = await this.stillThere(request);
    return principal ? reachFor(principal, action) : null;
  }

  private async stillThere(request: FastifyRequest): Promise<Principal | null> {
    try {
      return await this.callers.find(request);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') return null;
      throw error;
    }
  }
}
