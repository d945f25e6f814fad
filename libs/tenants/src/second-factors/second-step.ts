import { AppError, Clock, type Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { PendingLoginRepository } from '../logins/pending-login.repository';
import { LoginService, type LoggedIn } from '../logins/login.service';
import { digestOf } from '../secret-digest';
import { UserRepository } from '../users/user.repository';
import { CodeCheck } from './code-check';

/** The second step of a login: the password was right, now a code. */
@Injectable()
export class SecondStep {
  constructor(
    private readonly pending: PendingLoginRepository,
    private readonly users: UserRepository,
    private readonly codes: CodeCheck,
    private readonly logins: LoginService,
    private readonly clock: Clock,
  ) {}

  /** Throws `login_over` (unknown, too old, too many tries, used), `code_wrong`, `too_many_attempts`, `no_membership`. */
  async verify(challenge: Secret, code: string, client: Client): Promise<LoggedIn> {
    const tokenHash = digestOf(challenge);
    const userId = await this.pending.find(tokenHash, this.clock.now());
    // Read before it is claimed: a change of the password ends what is pending, and a claim after it fails.
    const passwordHash = userId === null ? null : ((await this.users.findById(userId))?.passwordHash ?? null);
    if (userId === null || passwordHash === null || !(await this.pending.countTry(tokenHash))) throw loginOver();
    await this.codes.check(userId, code, client);
    if (!(await this.pending.claim(tokenHash))) throw loginOver();
    return this.logins.enter({ userId, passwordHash, isCodeShown: true }, client);
  }
}

function loginOver(): AppError {
  return new AppError('unauthenticated', 'login_over', {
    message: {
      en: 'This login took too long or had too many tries: begin anew.',
      zh: '登录超时或尝试次数过多，请重新登录。',
    },
  });
}
