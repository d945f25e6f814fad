import { Injectable } from '@nestjs/common';
import { Transactions } from '@app/platform';
import { isReleaseCheckAccount } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { InviteTieRepository, type InviteTie, type TieOutcome } from '../invites/invite-tie.repository';
import { AccountTokens } from '../tokens/account-tokens';
import { AuthorizationCodeRepository } from './authorization-code.repository';
import { AuthorizationStore } from './authorization-store';
import { type Grant, type SettledGrant, type ToldGrant } from './grant';

/** Brings an exchanged code to its end, in one transaction each. */
@Injectable()
export class AuthorizationSettlement {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: AuthorizationStore,
    private readonly codes: AuthorizationCodeRepository,
    private readonly ties: InviteTieRepository,
    private readonly tokens: AccountTokens,
  ) {}

  /** @param askedAt before WeChat was asked: what was stored since then may be newer than `answer` */
  async settle(codeId: number, grant: Grant, answer: ToldGrant, askedAt: Date): Promise<SettledGrant> {
    const { platformId, source, eventTime, isNew } = grant;
    // WeChat's own test accounts are nobody's, whichever way their code came.
    const through = isReleaseCheckAccount(answer.appid) ? null : grant.tie;
    const inviteId = through?.inviteId ?? null;
    const settled = await this.transactions.run(async (manager) => {
      const stored = await this.store.store(manager, {
        ...answer,
        platformId,
        source,
        eventTime,
        isNew,
        inviteId,
        askedAt,
      });
      const accountId = stored.id;
      const tie = await this.tie(manager, accountId, through);
      await this.store.tell(manager, stored);
      await this.codes.finish(manager, codeId, { state: 'done', accountId, errcode: null });
      return { accountId, tie };
    });
    // Re-authorization kills the token that may still be held here.
    this.tokens.forget(platformId, answer.appid);
    return settled;
  }

  /** The twin stored the account; only this side may know whose it is. */
  async join(accountId: number, tie: InviteTie | null): Promise<SettledGrant> {
    if (tie === null) return { accountId, tie: 'no_invite' };
    const outcome = await this.transactions.run(async (manager) => {
      const wasOwned = await this.store.isOwned(manager, accountId);
      const tied = await this.tie(manager, accountId, tie);
      if (!wasOwned && tied === 'tied') await this.store.tell(manager, { id: accountId, news: 'account.updated' });
      return tied;
    });
    return { accountId, tie: outcome };
  }

  private async tie(manager: EntityManager, accountId: number, tie: InviteTie | null): Promise<TieOutcome> {
    return tie === null ? 'no_invite' : this.ties.tie(manager, accountId, tie);
  }

  /** A mini program is not kept as an account. */
  async eraseMiniProgram(accountId: number): Promise<void> {
    await this.transactions.run(async (manager) => {
      await this.codes.disown(manager, accountId, 'mini_program');
      await this.ties.untie(manager, accountId);
      await this.store.erase(manager, accountId);
    });
  }
}
