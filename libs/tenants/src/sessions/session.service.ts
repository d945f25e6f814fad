import { Injectable } from '@nestjs/common';
import { AppError, Clock, newToken, Secret } from '@app/kernel';
import { type Principal } from '../role-policy';
import { PasswordHasher } from '../users/password-hasher';
import { normalizedEmail } from '../users/password-policy';
import { UserRepository } from '../users/user.repository';
import { digestOf } from '../secret-digest';
import { SessionRepository } from './session.repository';

/** A session ends this long after login, used or not. */
export const SESSION_MS = 12 * 3_600_000;

export interface OpenedSession {
  /** What the cookie carries; the database keeps its SHA-256 alone. */
  readonly id: Secret;
  readonly principal: Principal;
}

@Injectable()
export class SessionService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * Every login makes a new id and ends `previous`, so an id planted before login is worth nothing.
   * Throws `login_failed` (the same for an unknown address and a wrong password), `login_busy`.
   */
  async login(email: string, password: string, previous?: Secret): Promise<OpenedSession> {
    const principal = await this.checkPassword(email, password);
    const id = new Secret(newToken());
    const createdAt = this.clock.now();
    await this.sessions.replace(
      {
        idHash: digestOf(id),
        userId: principal.userId,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + SESSION_MS),
      },
      previous ? digestOf(previous) : null,
    );
    return { id, principal };
  }

  /** Null when the session is unknown, over, or its person disabled. */
  async findPrincipal(id: Secret): Promise<Principal | null> {
    return this.sessions.findPrincipal(digestOf(id), this.clock.now());
  }

  async logout(id: Secret): Promise<void> {
    await this.sessions.delete(digestOf(id));
  }

  // The first factor; a second one is asked for between this and the new session.
  private async checkPassword(email: string, password: string): Promise<Principal> {
    const user = await this.users.findByEmail(normalizedEmail(email));
    const isRight = await this.hasher.matches(user?.passwordHash ?? null, password);
    const principal = user && isRight ? await this.sessions.findPrincipalOfUser(user.id) : null;
    if (principal) return principal;
    throw new AppError('unauthenticated', 'login_failed', {
      message: { en: 'E-mail address or password is wrong.', zh: '邮箱或密码不正确。' },
    });
  }
}
