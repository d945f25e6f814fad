import { Injectable } from '@nestjs/common';
import { AppError, type Secret } from '@app/kernel';
import { type Client } from '../client';
import { SessionService, type OpenedSession } from '../sessions/session.service';
import { PasswordHasher } from '../passwords/password-hasher';
import { normalizedEmail } from '../passwords/password-policy';
import { UserRepository } from '../users/user.repository';
import { LoginAttempts, type Attempt } from './login-attempts';

export interface LoggedIn extends OpenedSession {
  /** What the browser shows at the next login, to be known. */
  readonly device: Secret;
}

/** A person whose password was right, and the hash that says so. */
export interface Proven {
  readonly userId: string;
  readonly passwordHash: string;
}

@Injectable()
export class LoginService {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
    private readonly sessions: SessionService,
  ) {}

  /**
   * Throws `too_many_attempts` before it hashes anything, `login_failed` (the same for an unknown address and a wrong
   * password), `login_busy`.
   */
  async login(email: string, password: string, client: Client): Promise<LoggedIn> {
    const address = normalizedEmail(email);
    const user = await this.users.findByEmail(address);
    const attempt = await this.attempts.login(address, user?.id ?? null, client);
    const hash = user?.passwordHash ?? null;
    const isRight = await this.hasher.matches(hash, password);
    if (!user || hash === null || !isRight) throw loginFailed();
    return this.enter({ userId: user.id, passwordHash: hash }, client, [attempt]);
  }

  /** After all that was asked was right. Throws `login_failed` for a person who is disabled, or changed the password meanwhile. */
  async enter({ userId, passwordHash }: Proven, client: Client, attempts: readonly Attempt[]): Promise<LoggedIn> {
    const opened = await this.sessions.open(userId, passwordHash, client);
    if (!opened) throw loginFailed();
    for (const attempt of attempts) await this.attempts.right(attempt);
    return { ...opened, device: await this.attempts.remember(userId, client) };
  }
}

export function loginFailed(): AppError {
  return new AppError('unauthenticated', 'login_failed', {
    message: { en: 'E-mail address or password is wrong.', zh: '邮箱或密码不正确。' },
  });
}
