import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { LIVE_READ_GAP_MS } from '../accounts/account-live-read';
import { AccountReader } from '../accounts/account-reader';
import { AccountRereads } from '../accounts/account-rereads';
import { AccountRepository, type AccountRow } from '../accounts/account.repository';
import { AuthorizationSettlement } from './authorization-settlement';
import { miniProgramNotSupported } from './authorization.errors';
import { type SettledGrant } from './grant';

const KEPT_KINDS: ReadonlySet<string> = new Set(['official_account', 'unknown']);

/** INFO after an authorization: it tells the kind of account, what it granted, and whether the authorization still stands. */
@Injectable()
export class AuthorizationCheck {
  private readonly logger = new Logger(AuthorizationCheck.name);

  constructor(
    private readonly reader: AccountReader,
    private readonly rereads: AccountRereads,
    private readonly accounts: AccountRepository,
    private readonly settlement: AuthorizationSettlement,
    private readonly clock: Clock,
  ) {}

  /** Comes after the tokens are stored, so that its failure loses nothing. Throws `mini_program_not_supported`. */
  async afterGrant(settled: SettledGrant): Promise<SettledGrant> {
    const account = await this.reread(settled.accountId);
    if (!account || KEPT_KINDS.has(account.kind)) return settled;
    await this.settlement.eraseMiniProgram(settled.accountId);
    throw miniProgramNotSupported();
  }

  /** The twin that exchanged the code may not have come to INFO yet; a page that is reloaded asks once a minute at most. */
  async afterJoin(settled: SettledGrant): Promise<SettledGrant> {
    const account = await this.accounts.findById(settled.accountId);
    const isRead = account === null || (account.state !== 'incomplete' && account.kind !== 'unknown');
    return !isRead && (await this.mayAsk(account.id)) ? this.afterGrant(settled) : settled;
  }

  /** For reloads of a page, which anybody can repeat at will. */
  async rereadAtMostOften(accountId: number): Promise<void> {
    if (await this.mayAsk(accountId)) await this.reread(accountId);
  }

  private async mayAsk(accountId: number): Promise<boolean> {
    return (await this.accounts.claimLiveRead(accountId, this.clock.now(), LIVE_READ_GAP_MS)) === null;
  }

  /** The account as WeChat knows it; null when INFO could not be read, which a job makes up for. */
  private async reread(accountId: number): Promise<AccountRow | null> {
    try {
      return await this.reader.rereadAfterGrant(accountId);
    } catch (err) {
      this.logger.warn({ msg: 'INFO not read after authorization', accountId, err });
      await this.rereads.request(accountId);
      return null;
    }
  }
}
