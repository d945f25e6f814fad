import { Injectable } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { type Client } from '../client';
import { type OpenedSession, type Proven, SessionService } from '../sessions/session.service';
import { FirstStep, loginFailed } from './first-step';
import { LoginAttempts } from './login-attempts';
import { type BegunLogin, PendingLogins } from './pending-logins';

export interface LoggedIn extends OpenedSession {
  /** What the browser shows at the next login, to be known. */
  readonly device: Secret;
}

/** In, or half in: a code of the second factor is asked for. */
export type LoginResult =
  { readonly isIn: true; readonly opened: LoggedIn } | { readonly isIn: false; readonly begun: BegunLogin };

@Injectable()
export class LoginService {
  constructor(
    private readonly firstStep: FirstStep,
    private readonly pending: PendingLogins,
    private readonly sessions: SessionService,
    private readonly attempts: LoginAttempts,
  ) {}

  /** Throws `too_many_attempts`, `login_failed`, `login_busy`, `no_membership`. */
  async login(email: string, password: string, client: Client): Promise<LoginResult> {
    const { userId, passwordHash } = await this.firstStep.check(email, password, client);
    const begun = await this.pending.begin(userId, passwordHash);
    if (begun) return { isIn: false, begun };
    return { isIn: true, opened: await this.enter({ userId, passwordHash, isCodeShown: false }, client) };
  }

  /** After all that was asked was right. Throws `login_failed` when something of it changed meanwhile, `no_membership`. */
  async enter(proven: Proven, client: Client): Promise<LoggedIn> {
    const opened = await this.sessions.open(proven, client);
    if (!opened) throw loginFailed();
    return { ...opened, device: await this.attempts.remember(proven.userId, client) };
  }
}
