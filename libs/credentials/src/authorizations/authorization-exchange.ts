import { Injectable } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { WechatTransportError } from '@app/wechat';
import { type InviteTie } from '../invites/invite-tie.repository';
import { isLeaseTooShort, type LeaseWindow } from '../tokens/lease-window';
import { pollPause } from '../tokens/token-timings';
import { AuthorizationCheck } from './authorization-check';
import { AuthorizationCodeRepository, type CodeRow } from './authorization-code.repository';
import { AuthorizationSettlement } from './authorization-settlement';
import { codeExpired, codeInvalid, exchangeBusy, miniProgramNotSupported } from './authorization.errors';
import { CODE_EXPIRED, CodeAsker, codeRefusal, type CodeRefusal } from './code-asker';
import { CodeLeases } from './code-leases';
import { type Grant, type SettledGrant, type ToldGrant } from './grant';

/** Turns authorization codes into stored accounts. Redirect and push bring the same code: it is exchanged once between them. */
@Injectable()
export class AuthorizationExchange {
  constructor(
    private readonly codes: AuthorizationCodeRepository,
    private readonly leases: CodeLeases,
    private readonly asker: CodeAsker,
    private readonly settlement: AuthorizationSettlement,
    private readonly check: AuthorizationCheck,
  ) {}

  /**
   * Safe to repeat: a code that led to an account leads to it again. Throws `authorization_code_invalid`,
   * `authorization_code_expired`, `mini_program_not_supported`, `authorization_in_progress`, and what WeChat's calls throw.
   */
  async exchange(grant: Grant): Promise<SettledGrant> {
    let row = await this.codes.findOrCreate(grant.platformId, grant.code);
    const deadline = Date.now() + this.leases.waitMs;
    for (let round = 0; ; round++) {
      const known = await this.known(row, grant);
      if (known) return this.check.afterJoin(known);
      const settled = await this.tryExchange(row.id, grant);
      if (settled) return this.check.afterGrant(settled);
      if (Date.now() > deadline) throw exchangeBusy();
      await pollPause(round);
      row = await this.codes.get(row.id);
    }
  }

  /** The account this code led to before; null when there is none. */
  findAccountId(platformId: string, code: Secret): Promise<number | null> {
    return this.codes.findAccountId(platformId, code);
  }

  /** Is all known that can be known of this code, so that a browser's is answered without a call? */
  isSettled(platformId: string, code: Secret): Promise<boolean> {
    return this.codes.isSettled(platformId, code);
  }

  /** An event that brings nothing new but the invite it came through. */
  join(accountId: number, tie: InviteTie | null): Promise<SettledGrant> {
    return this.settlement.join(accountId, tie);
  }

  /** WeChat refused a code of this account: perhaps its authorization is over. */
  async recheck(accountId: number): Promise<void> {
    await this.check.rereadAtMostOften(accountId);
  }

  private async known(row: CodeRow, grant: Grant): Promise<SettledGrant | null> {
    switch (row.state) {
      case 'done':
        return row.accountId === null ? null : this.settlement.join(row.accountId, grant.tie);
      case 'mini_program':
        throw miniProgramNotSupported();
      // A push is WeChat's word that the account is authorized, whatever became of its code.
      case 'invalid':
        if (grant.authorizerAppid === null) throw codeInvalid();
        return null;
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
    if (state === 'done' || state === 'mini_program') return null;
    if (state !== 'open') return await this.settlement.settle(id, grant, await this.recalled(id, grant), held.takenAt);
    let answer: ToldGrant;
    try {
      answer = await this.ask(grant, held.window);
    } catch (error) {
      if (isLeaseTooShort(error)) return null;
      const refusal = codeRefusal(error);
      if (!refusal) throw error;
      answer = await this.refused(id, grant, refusal);
    }
    return await this.settlement.settle(id, grant, answer, held.takenAt);
  }

  /** A browser's code is given up only after WeChat's list was read: until then a reload asks again. */
  private async refused(id: number, grant: Grant, { state, errcode }: CodeRefusal): Promise<ToldGrant> {
    const isBrowser = grant.authorizerAppid === null;
    const answer = isBrowser && errcode === CODE_EXPIRED ? await this.asker.recall(grant, id) : null;
    if (answer) return answer;
    await this.codes.refuse(id, state, errcode);
    if (isBrowser) throw state === 'invalid' ? codeInvalid() : codeExpired();
    return this.recalled(id, grant);
  }

  private async recalled(id: number, grant: Grant): Promise<ToldGrant> {
    const answer = await this.asker.recall(grant, id);
    if (!answer) throw codeExpired();
    return answer;
  }

  /** A lost answer is noticed at once: the code it spent is refused when it is sent again, and recalled. */
  private async ask(grant: Grant, window: LeaseWindow): Promise<ToldGrant> {
    try {
      return await this.asker.exchange(grant, window);
    } catch (error) {
      if (!(error instanceof WechatTransportError)) throw error;
      try {
        return await this.asker.exchange(grant, window);
      } catch (second) {
        throw isLeaseTooShort(second) ? error : second;
      }
    }
  }
}
