import { AppError, Clock, type Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { PasswordProof } from '../passwords/password-proof';
import { type Principal } from '../role-policy';
import { type OpenedSession, SessionService } from '../sessions/session.service';
import { codeWrong } from './code-check';
import { newRecoveryCodes, recoveryDigest } from './recovery-codes';
import { SecondFactorRepository } from './second-factor.repository';
import { newTotpSecret, stepOf, totpAddress } from './totp';

/** What an app needs, told once. */
export interface BegunFactor {
  readonly secret: Secret;
  /** The same as `otpauth://…`, for a QR code. */
  readonly address: Secret;
}

export interface ConfirmedFactor {
  readonly opened: OpenedSession;
  /** Told once. */
  readonly recoveryCodes: readonly Secret[];
}

/** A person takes on a second factor: shows the password, scans, shows a code. */
@Injectable()
export class SecondFactorEnrolment {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly proof: PasswordProof,
    private readonly sessions: SessionService,
    private readonly clock: Clock,
  ) {}

  /** Throws `password_wrong`, `too_many_attempts`, `second_factor_on`. */
  async begin({ userId, email }: Principal, password: string): Promise<BegunFactor> {
    await this.proof.check(userId, password);
    const secret = newTotpSecret();
    if (!(await this.factors.begin(userId, secret, this.clock.now()))) throw alreadyOn();
    return { secret, address: totpAddress(secret, email) };
  }

  /** Ends all sessions, which were opened without it, and opens a new one here. Throws `code_wrong`, `second_factor_on`. */
  async confirm(principal: Principal, code: string, client: Client): Promise<ConfirmedFactor> {
    const { userId } = principal;
    const factor = await this.factors.find(userId);
    if (factor?.confirmedAt) throw alreadyOn();
    // Tries are not counted: the secret was told to who showed the password, and a wrong guess opens nothing.
    const step = factor && stepOf(code.trim(), factor.secret, this.clock.now());
    if (step === null) throw codeWrong();
    const recoveryCodes = newRecoveryCodes();
    const codeHashes = recoveryCodes.flatMap((one) => recoveryDigest(one.reveal()) ?? []);
    const { token, row } = this.sessions.make(userId, client);
    if (!(await this.factors.confirm({ step, codeHashes, session: row }))) throw alreadyOn();
    return { opened: { token, principal }, recoveryCodes };
  }
}

function alreadyOn(): AppError {
  return new AppError('conflict', 'second_factor_on', {
    message: { en: 'You have a second factor already.', zh: '您已启用两步验证。' },
  });
}
