import { AppError, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { LoginAttempts } from '../logins/login-attempts';
import { recoveryDigest } from './recovery-codes';
import { SecondFactorRepository } from './second-factor.repository';
import { stepOf } from './totp';

/** Is a code one of the person's app, or a recovery code? Each works once. */
@Injectable()
export class CodeCheck {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly attempts: LoginAttempts,
    private readonly clock: Clock,
  ) {}

  /** Throws `too_many_attempts`, `code_wrong`. */
  async check(userId: string, code: string, client: Client): Promise<void> {
    const attempt = await this.attempts.code(userId, client);
    if (!(await this.isRight(userId, code.trim()))) throw codeWrong();
    await this.attempts.right(attempt);
  }

  private async isRight(userId: string, code: string): Promise<boolean> {
    const factor = await this.factors.find(userId);
    if (!factor?.confirmedAt) return false;
    const now = this.clock.now();
    const step = stepOf(code, factor.secret, now);
    if (step !== null) return this.factors.takeStep(userId, step);
    const digest = recoveryDigest(code);
    return digest !== null && this.factors.takeRecoveryCode(userId, digest, now);
  }
}

export function codeWrong(): AppError {
  return new AppError('denied', 'code_wrong', {
    message: {
      en: 'The code is wrong, or was used already: wait for the next one.',
      zh: '验证码不正确或已使用过，请等待下一个验证码。',
    },
  });
}
