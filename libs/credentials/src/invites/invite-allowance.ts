import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { allowedAgainAt, type AllowedUse } from './invite-allowance-policy';
import { InviteAllowanceRepository } from './invite-allowance.repository';
import { inviteBusy } from './invite.errors';

/** A link is all its holder has, and spends the platform's quota: so each invite has an allowance. */
@Injectable()
export class InviteAllowance {
  constructor(
    private readonly allowances: InviteAllowanceRepository,
    private readonly clock: Clock,
  ) {}

  /** Before anything is stored or asked. Throws `invite_busy` with `until`. */
  async take(inviteId: string, use: AllowedUse): Promise<void> {
    const now = this.clock.now();
    const since = await this.allowances.take(inviteId, use, now);
    if (since !== null) throw inviteBusy(allowedAgainAt(since), now);
  }
}
