import { Injectable, Logger } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { type QueryAuthAnswer } from '@app/wechat';
import { AccountReader } from '../accounts/account-reader';
import { isLeaseTooShort } from '../tokens/lease-window';
import { pollPause } from '../tokens/token-timings';
import { AuthorizationCodeRepository, type CodeRow } from './authorization-code.repository';
import { AuthorizationSettlement } from './authorization-settlement';
import { codeExpired, codeInvalid, exchangeBusy, miniProgramNotSupported } from './authorization.errors';
import { CodeAsker, codeRefusal } from './code-asker';
import { CodeLeases } from './code-leases';
import { type Grant, type SettledGrant } from './grant';

const KEPT_KINDS: ReadonlySet<string> = new Set(['official_account', 'unknown']);

/** Turns authorization codes into stored accounts. Redirect and push bring the same code: it is exchanged once between them. */
@Injectable()
export class AuthorizationExchange {
  private readonly logger = new Logger(AuthorizationExchange.name);

  constructor(
    private readonly codes: AuthorizationCodeRepository,
    private readonly leases: CodeLeases,
    private readonly asker: CodeAsker,
    private readonly settlement: AuthorizationSettlement,
    private readonly reader: AccountReader,
  ) {}

  /**
   * Safe to repeat: a code that led to an account leads to it again. Throws `authorization_code_invalid`,
   * `authorization_code_expired`, `mini_program_not_supported`, `authorization_in_progress`, and what WeChat's calls throw.
   */
  async exchange(grant: Grant): Promise<SettledGrant> {
    const { id } = await this.codes.findOrCreate(grant.platformId, grant.code);
    const deadline = Date.now() + this.leases.waitMs;
    for (let round = 0; ; round++) {
      const known = await this.known(await this.codes.get(id), grant);
      if (known) return known;
      const settled = await this.tryExchange(id, grant);
      if (settled) return this.checkKind(settled);
      if (Date.now() > deadline) throw exchangeBusy();
      await pollPause(round);
    }
  }

  /** The account this code led to before; null when there is none. */
  findAccountId(platformId: string, code: Secret): Promise<number | null> {
    return this.codes.findAccountId(platformId, code);
  }

  private async known(row: CodeRow, grant: Grant): Promise<SettledGrant | null> {
    switch (row.state) {
      case 'done':
        return row.accountId === null ? null : this.settlement.join(row.accountId, grant.tie);
      case 'mini_program':
        throw miniProgramNotSupported();
      case 'invalid':
        throw codeInvalid();
      case 'expired':
        if (grant.authorizerAppid === null) throw codeExpired();
        return null;
      case 'open':
        return null;
    }
  }

  /** Null when the twin holds the code or has just finished. */
  private async tryExchange(id: number, grant: Grant): Promise<SettledGrant | null> {
    await using held = await this.leases.acquire(id);
    if (!held) return null;
    const { state } = await this.codes.get(id);
    if (state !== 'open' && state !== 'expired') return null;
    let answer: QueryAuthAnswer | null = null;
    try {
      if (state === 'open') answer = await this.asker.exchange(grant, held.window);
    } catch (error) {
      if (isLeaseTooShort(error)) return null;
      const refusal = codeRefusal(error);
      if (!refusal) throw error;
      await this.codes.refuse(id, refusal.state, refusal.errcode);
      if (refusal.state === 'invalid') throw codeInvalid();
    }
    answer ??= await this.asker.recall(grant);
    if (!answer) throw codeExpired();
    return await this.settlement.settle(id, grant, answer);
  }

  /** INFO tells the kind. It comes after the tokens are stored, so that its failure loses nothing; it is read again later. */
  private async checkKind(settled: SettledGrant): Promise<SettledGrant> {
    try {
      const account = await this.reader.rereadAfterGrant(settled.accountId);
      if (!account || KEPT_KINDS.has(account.kind)) return settled;
    } catch (err) {
      this.logger.warn({ msg: 'INFO not read after authorization', accountId: settled.accountId, err });
      return settled;
    }
    await this.settlement.eraseMiniProgram(settled.accountId);
    throw miniProgramNotSupported();
  }
}
