import { Injectable } from '@nestjs/common';
import { Jobs } from '@app/platform';
import { accountUsable } from '../credentials.jobs';
import { AccountDirectory } from './account-directory';
import { AccountInfoRead } from './account-info-read';
import { type AccountRow } from './account.repository';
import { gateVerdict } from './gate-policy';

/** Reads again what WeChat knows of an account: some changes send no event. Whoever waits for the gate is told when it opens. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly info: AccountInfoRead,
    private readonly directory: AccountDirectory,
    private readonly jobs: Jobs,
  ) {}

  /**
   * The account as it stands after asking INFO; null when there is no such account. An authorization WeChat does not know
   * any more is ended here. Throws what the call throws.
   */
  reread(accountId: number): Promise<AccountRow | null> {
    return this.read(accountId, false);
  }

  /** As `reread`, once a day: a refresh token that WeChat refused and still names is tried again. */
  rereadDaily(accountId: number): Promise<AccountRow | null> {
    return this.read(accountId, true);
  }

  /** As `reread`. The grant just stored may have opened the gate before INFO was asked, and counts even when INFO fails. */
  async rereadAfterGrant(accountId: number): Promise<AccountRow | null> {
    try {
      return await this.info.read(accountId);
    } finally {
      if (await this.isOpen(accountId)) await this.jobs.enqueue(accountUsable, { accountId });
    }
  }

  private async read(accountId: number, triesAgain: boolean): Promise<AccountRow | null> {
    const wasOpen = await this.isOpen(accountId);
    const account = await this.info.read(accountId, triesAgain);
    if (!wasOpen && (await this.isOpen(accountId))) await this.jobs.enqueue(accountUsable, { accountId });
    return account;
  }

  private async isOpen(accountId: number): Promise<boolean> {
    const account = (await this.directory.fetchable([accountId])).get(accountId);
    return account !== undefined && gateVerdict(account.gate).open;
  }
}
