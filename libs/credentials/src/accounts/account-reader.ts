import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Jobs } from '@app/platform';
import { rereadAccount } from '../credentials.jobs';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { AccountInfoWriter } from './account-info-writer';
import { AccountRevocation } from './account-revocation';
import { AccountRepository, type AccountRow } from './account.repository';

const REREAD_AFTER_MS = 24 * 3_600_000;
/** An attempt that failed is repeated after this. */
const RETRY_AFTER_MS = 3_600_000;
const SWEPT = 500;

/** Reads again what WeChat knows of an account: some changes send no event. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly credentials: CredentialRepository,
    private readonly info: AuthorizerInfo,
    private readonly writer: AccountInfoWriter,
    private readonly revocation: AccountRevocation,
  ) {}

  /**
   * The account as it stands after asking INFO; null when there is no such account. An authorization WeChat does not know
   * any more is ended here. Throws what the call throws.
   */
  async reread(accountId: number): Promise<AccountRow | null> {
    const seen = await this.accounts.findById(accountId);
    if (!seen) return null;
    const refresh = await this.credentials.find(refreshTokenKey(seen));
    const info = await this.info.find(seen.platformId, seen.appid);
    if (info) await this.writer.write(seen, info, { version: refresh?.version ?? null });
    else if (seen.state !== 'revoked') await this.revocation.revoke(seen, null, 'info');
    return this.accounts.findById(accountId);
  }
}

/** Sees to it that every account is read at least once a day. */
@Injectable()
export class AccountRereads {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Enqueues those that are due, the longest unread first; how many. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    const ago = (ms: number): Date => new Date(now.getTime() - ms);
    const due = await this.accounts.takeUnread(ago(REREAD_AFTER_MS), ago(RETRY_AFTER_MS), now, SWEPT);
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
