import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { LoginAttempts } from '../logins/login-attempts';
import { type LoggedIn } from '../logins/login.service';
import { type Principal } from '../role-policy';
import { SessionService } from '../sessions/session.service';
import { PasswordHasher } from './password-hasher';
import { checkPassword } from './password-policy';
import { PasswordProof } from './password-proof';
import { PasswordRepository } from './password.repository';

/** A person changes their own password. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly proof: PasswordProof,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordRepository,
    private readonly sessions: SessionService,
    private readonly attempts: LoginAttempts,
  ) {}

  /**
   * Ends all sessions and opens a new one here. Throws `password_wrong`, `too_many_attempts`, `password_unfit`, `login_busy`,
   * `password_changed`.
   */
  async change(principal: Principal, old: string, wanted: string, client: Client): Promise<LoggedIn> {
    checkPassword(wanted);
    const { userId } = principal;
    const from = await this.proof.check(userId, old);
    const to = await this.hasher.hash(wanted);
    const { token, row } = this.sessions.make(userId, client);
    if (!(await this.passwords.change(userId, from, to, row, row.createdAt)))
      throw new AppError('conflict', 'password_changed', {
        message: { en: 'Your password was changed elsewhere meanwhile.', zh: '您的密码已在别处被更改。' },
      });
    return { token, principal, device: await this.attempts.remember(userId, client) };
  }
}
