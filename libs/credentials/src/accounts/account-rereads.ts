import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Jobs, Transactions } from '@app/platform';
import { rereadAccount } from '../credentials.jobs';
import { AccountRepository } from './account.repository';

/** An attempt that failed, or whose job was lost, is repeated after this. */
const RETRY_AFTER_MS = 3_600_000;
/** More are not kept in the queue: what is due waits in its row, where a hanging INFO delays nothing else. */
const QUEUED = 500;

/** Sees to it that every account is read at least once a day. */
@Injectable()
export class AccountRereads {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Enqueues those that are due, the longest due first, as far as the queue has room; how many. What finds no room stays due.
   * A platform whose INFO quota is used up holds up nobody. Throws when Redis is away, before anything is claimed.
   */
  async sweep(): Promise<number> {
    const room = QUEUED - (await this.jobs.depth(rereadAccount.queue));
    if (room <= 0) return 0;
    const now = this.clock.now();
    const nextAt = new Date(now.getTime() + RETRY_AFTER_MS);
    const due = await this.transactions.run((manager) => this.accounts.claimRereads(manager, { now, nextAt }, room));
    await this.jobs.enqueueMany(
      rereadAccount,
      due.map((accountId) => ({ accountId })),
    );
    return due.length;
  }

  /** WeChat answered 61003, 61007 or 48001: what we know may be out of date. */
  async request(accountId: number): Promise<void> {
    await this.jobs.enqueue(rereadAccount, { accountId });
  }
}
