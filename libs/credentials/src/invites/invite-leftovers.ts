import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { AuthorizationCodeRepository } from '../authorizations/authorization-code.repository';
import { InviteRepository } from './invite.repository';

/** Codes live an hour. Codes that led to an account are kept: campaigns read in them when somebody agreed. */
const KEEP_MS = 30 * 86_400_000;
const PRUNED = 1_000;

/** What the use of invites leaves behind. */
@Injectable()
export class InviteLeftovers {
  constructor(
    private readonly invites: InviteRepository,
    private readonly codes: AuthorizationCodeRepository,
    private readonly clock: Clock,
  ) {}

  /** Deletes clicks that ended and codes that led nowhere, long ago; a bounded number at a time. */
  async prune(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEEP_MS);
    await this.invites.pruneClicks(before, PRUNED);
    await this.codes.prune(before, PRUNED);
  }
}
