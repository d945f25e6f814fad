import { Clock, newToken, Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { FactorStateRepository } from '../second-factors/factor-state.repository';
import { digestOf } from '../secret-digest';
import { loginFailed } from './first-step';
import { pendingUntil } from './pending-login-policy';
import { PendingLoginRepository } from './pending-login.repository';

/** A login that waits for a code. */
export interface BegunLogin {
  /** What the second step shows beside the code; it opens nothing else. */
  readonly challenge: Secret;
  readonly expiresAt: Date;
}

@Injectable()
export class PendingLogins {
  constructor(
    private readonly states: FactorStateRepository,
    private readonly pending: PendingLoginRepository,
    private readonly clock: Clock,
  ) {}

  /** Null for who has no second factor. Throws `login_failed` when the password was changed meanwhile. */
  async begin(userId: string, passwordHash: string): Promise<BegunLogin | null> {
    if (!(await this.states.isOn(userId))) return null;
    const challenge = new Secret(newToken());
    const expiresAt = pendingUntil(this.clock.now());
    const row = { tokenHash: digestOf(challenge), userId, tries: 0, expiresAt };
    if (!(await this.pending.insert(row, passwordHash))) throw loginFailed();
    return { challenge, expiresAt };
  }
}
