import { Injectable } from '@nestjs/common';
import { Clock, type Secret } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { AccountRepository } from '../accounts/account.repository';
import { digest } from '../digest';
import { grantsAll } from './grants-all';

/** Which invite an authorization came through, and so whose the account is. */
export interface InviteTie {
  readonly inviteId: string;
  readonly merchantId: string;
}

/**
 * Whose the account is now: `tied` to the invite's merchant, or there was no invite. It stays where it is when it belongs to
 * another merchant (`owned_by_other`) or when the invite was used for another account (`invite_used`).
 */
export type TieOutcome = 'tied' | 'no_invite' | 'owned_by_other' | 'invite_used';

@Injectable()
export class InviteTieRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accounts: AccountRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The invite whose click made this pre-auth code: a push whose redirect is lost finds its merchant by it. A code that
   * WeChat gave out twice names nobody: the account would go to the wrong merchant.
   */
  async findByPreAuthCode(platformId: string, code: Secret): Promise<InviteTie | null> {
    const rows = await this.dataSource.query<InviteTie[]>(
      `SELECT i.id AS inviteId, i.merchant_id AS merchantId FROM invite_click c JOIN invite i ON i.id = c.invite_id
       WHERE c.pre_auth_code_hash = ? AND i.platform_id = ? LIMIT 2`,
      [digest(code.reveal()), platformId],
    );
    return rows.length === 1 ? (rows[0] ?? null) : null;
  }

  /**
   * Gives an ownerless account to the merchant and closes the invite. An invite takes one account: what else is authorized
   * through its link, even by a page that was open before, is nobody's until the provider assigns it. A bound invite gives
   * nothing away: it waits until its own account grants all that is asked, and no other account closes it.
   */
  async tie(manager: EntityManager, accountId: number, tie: InviteTie): Promise<TieOutcome> {
    const bound = await this.findBoundAccount(manager, tie.inviteId);
    if (bound !== null) {
      if (bound !== accountId) return 'no_invite';
      await this.fulfil(manager, accountId, tie.inviteId);
      return 'tied';
    }
    const { merchantId } = await this.accounts.getLocked(manager, accountId);
    const [invite] = await manager.query<{ usedFor: number | null }[]>(
      'SELECT account_id AS usedFor FROM invite WHERE id = ? AND used_at IS NOT NULL FOR UPDATE',
      [tie.inviteId],
    );
    if (merchantId !== null && merchantId !== tie.merchantId) return 'owned_by_other';
    if (invite && invite.usedFor !== accountId) return merchantId === tie.merchantId ? 'tied' : 'invite_used';
    await this.accounts.claim(manager, accountId, tie.merchantId);
    await manager.query('UPDATE invite SET used_at = ?, account_id = ? WHERE id = ? AND used_at IS NULL', [
      this.clock.now(),
      accountId,
      tie.inviteId,
    ]);
    return 'tied';
  }

  private async findBoundAccount(manager: EntityManager, inviteId: string): Promise<number | null> {
    const rows = await manager.query<{ id: number | null }[]>(
      'SELECT bound_account_id AS id FROM invite WHERE id = ?',
      [inviteId],
    );
    return rows[0]?.id ?? null;
  }

  /** Who unticked a set may press the button again: the link is used up only when nothing is missing. */
  private async fulfil(manager: EntityManager, accountId: number, inviteId: string): Promise<void> {
    await manager.query(
      `UPDATE invite i JOIN account a ON a.id = i.bound_account_id SET i.account_id = a.id,
         i.used_at = CASE WHEN a.state = 'authorized' AND ${grantsAll('i.campaign_id', 'a.id')} THEN ? ELSE NULL END
       WHERE i.id = ? AND a.id = ? AND i.used_at IS NULL`,
      [this.clock.now(), inviteId, accountId],
    );
  }

  /** The account turned out to be none of ours: the invite may be used again. */
  async untie(manager: EntityManager, accountId: number): Promise<void> {
    await manager.query('UPDATE invite SET used_at = NULL, account_id = NULL WHERE account_id = ?', [accountId]);
  }
}
