import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { PasswordProof } from '../passwords/password-proof';
import { type Principal } from '../role-policy';
import { type Carer, UserCare } from '../users/user-care';
import { CodeCheck } from './code-check';
import { FactorStateRepository, type FactorState } from './factor-state.repository';

/** Whether people have a second factor, and how it ends. */
@Injectable()
export class SecondFactors {
  constructor(
    private readonly states: FactorStateRepository,
    private readonly proof: PasswordProof,
    private readonly codes: CodeCheck,
    private readonly care: UserCare,
  ) {}

  get(userId: string): Promise<FactorState> {
    return this.states.get(userId);
  }

  /** Whoever stole a session and the password still lacks the code. Throws `password_wrong`, `code_wrong`, `too_many_attempts`. */
  async disable({ userId }: Principal, password: string, code: string, client: Client): Promise<void> {
    await this.proof.check(userId, password);
    await this.codes.check(userId, code, client);
    await this.states.remove(userId);
  }

  /** For a person who lost app and recovery codes. Throws `user_not_found`, `user_beyond_reach`, `own_account`. */
  async removeFor(carer: Carer, userId: string): Promise<void> {
    await this.states.remove((await this.care.getInCare(carer, userId)).id);
  }
}
