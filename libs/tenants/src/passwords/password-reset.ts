import { AppError, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { FactorStateRepository } from '../second-factors/factor-state.repository';
import { UserRepository } from '../users/user.repository';
import { PasswordHasher } from './password-hasher';
import { checkPassword, normalizedEmail } from './password-policy';
import { PasswordRepository } from './password.repository';

/** For the command line of who runs the installation: somebody who lost everything gets in again. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordRepository,
    private readonly factors: FactorStateRepository,
    private readonly clock: Clock,
  ) {}

  /** Ends all sessions of the person and removes the second factor. Throws `user_not_found`, `password_unfit`. */
  async reset(email: string, password: string): Promise<void> {
    checkPassword(password);
    const user = await this.users.findByEmail(normalizedEmail(email));
    if (!user)
      throw new AppError('not_found', 'user_not_found', {
        message: { en: 'Nobody has this e-mail address.', zh: '没有使用该邮箱的用户。' },
      });
    await this.factors.remove(user.id);
    await this.passwords.reset(user.id, await this.hasher.hash(password), this.clock.now());
  }
}
