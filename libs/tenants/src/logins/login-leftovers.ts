import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AttemptCounterRepository } from './attempt-counter.repository';
import { KnownDeviceRepository } from './known-device.repository';
import { PasswordLinkRepository } from '../passwords/password-link.repository';
import { SessionRepository } from '../sessions/session.repository';

const AT_ONCE = 5_000;

/** What logins leave behind: rows that mean nothing any more, a bounded number at a time. */
@Injectable()
export class LoginLeftovers {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly counters: AttemptCounterRepository,
    private readonly devices: KnownDeviceRepository,
    private readonly links: PasswordLinkRepository,
    private readonly clock: Clock,
  ) {}

  async sweep(): Promise<void> {
    const now = this.clock.now();
    for (const rows of [this.sessions, this.counters, this.devices, this.links]) await rows.prune(now, AT_ONCE);
  }
}
