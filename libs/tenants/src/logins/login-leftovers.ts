import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PasswordLinkRepository } from '../passwords/password-link.repository';
import { SessionRepository } from '../sessions/session.repository';
import { LoginAttempts } from './login-attempts';
import { PendingLoginRepository } from './pending-login.repository';

const AT_ONCE = 5_000;

/** What logins leave behind: rows that mean nothing any more, a bounded number at a time. */
@Injectable()
export class LoginLeftovers {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly attempts: LoginAttempts,
    private readonly pending: PendingLoginRepository,
    private readonly links: PasswordLinkRepository,
    private readonly clock: Clock,
  ) {}

  async sweep(): Promise<void> {
    const now = this.clock.now();
    for (const rows of [this.sessions, this.attempts, this.pending, this.links]) await rows.prune(now, AT_ONCE);
  }
}
