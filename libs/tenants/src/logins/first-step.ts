import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { PasswordHasher } from '../passwords/password-hasher';
import { normalizedEmail } from '../passwords/password-policy';
import { UserRepository } from '../users/user.repository';
import { LoginAttempts } from './login-attempts';

/** The first step of a login: address and password. */
@Injectable()
export class FirstStep {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
  ) {}

  /**
   * Throws `too_many_attempts` before it hashes anything, `login_failed` (the same for an unknown address and a wrong
   * password), `login_busy`.
   */
  async check(email: string, password: string, client: Client): Promise<{ userId: string; passwordHash: string }> {
    const address = normalizedEmail(email);
    const user = await this.users.findByEmail(address);
    const attempt = await this.attempts.login(address, user?.id ?? null, client);
    const passwordHash = user?.passwordHash ?? null;
    const isRight = await this.hasher.matches(passwordHash, password, attempt.asker);
    if (!user || passwordHash === null || user.disabledAt !== null || !isRight) throw loginFailed();
    await this.attempts.right(attempt);
    return { userId: user.id, passwordHash };
  }
}

export function loginFailed(): AppError {
  return new AppError('unauthenticated', 'login_failed', {
    message: { en: 'E-mail address or password is wrong.', zh: '邮箱或密码不正确。' },
  });
}
