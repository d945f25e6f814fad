import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { LoginAttempts } from '../logins/login-attempts';
import { UserRepository } from '../users/user.repository';
import { PasswordHasher } from './password-hasher';

/** Somebody who is logged in shows that they know their password: a session alone may be stolen. */
@Injectable()
export class PasswordProof {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
  ) {}

  /** Returns the hash it was checked against. Throws `too_many_attempts`, `password_wrong`, `login_busy`. */
  async check(userId: string, password: string): Promise<string> {
    const attempt = await this.attempts.proof(userId);
    const hash = (await this.users.findById(userId))?.passwordHash ?? null;
    const isRight = await this.hasher.matches(hash, password, 'known');
    if (hash === null || !isRight)
      throw new AppError('denied', 'password_wrong', {
        message: { en: 'This is not your password.', zh: '当前密码不正确。' },
      });
    await this.attempts.right(attempt);
    return hash;
  }
}
