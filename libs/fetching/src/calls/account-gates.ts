import { AccountDirectory, gateVerdict, type FetchableAccount, type GateVerdict } from '@app/credentials';
import { AppError, Clock, Gather } from '@app/kernel';
import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AppidPauseRepository, type AppidPause } from './appid-pause.repository';
import { appidPaused } from './call.errors';

type Asking = Pick<FetchableAccount, 'id' | 'appid'>;

/** Whether an account may be called for now. */
export interface GateAnswer {
  readonly account: FetchableAccount;
  readonly verdict: GateVerdict;
  readonly pause: AppidPause | null;
}

/** The gate as it is now. It is the last thing read before a call: rounds of several turns, and calls about to start, ask together. */
@Injectable()
export class AccountGates {
  private readonly answers: Gather<Asking, ReadonlyMap<number, GateAnswer>>;

  constructor(
    private readonly accounts: AccountDirectory,
    private readonly pauses: AppidPauseRepository,
    private readonly clock: Clock,
  ) {
    this.answers = new Gather((asking) => this.look(asking));
  }

  /** By account id; accounts that are gone are left out. */
  read(accounts: readonly Asking[]): Promise<ReadonlyMap<number, GateAnswer>> {
    return this.answers.ask(accounts);
  }

  /** The account as it is now. Throws an AppError of kind `denied` with the refusal's name as its code, and `appid_paused`. */
  async ensureOpen(account: Asking): Promise<FetchableAccount> {
    const answer = (await this.read([account])).get(account.id);
    if (answer === undefined) throw new AppError('denied', 'account_gone');
    const { verdict, pause } = answer;
    if (!verdict.open) throw new AppError('denied', verdict.because, { message: verdict.message });
    if (pause) throw appidPaused(pause);
    return answer.account;
  }

  /** One read for itself, or for `db` to send along with others. */
  async look(asking: readonly Asking[], db?: Queries): Promise<ReadonlyMap<number, GateAnswer>> {
    const [ids, appids] = [new Set(asking.map(({ id }) => id)), new Set(asking.map(({ appid }) => appid))];
    const [found, pauses] = await Promise.all([
      this.accounts.fetchable([...ids], db),
      this.pauses.findActive([...appids], this.clock.now(), db),
    ]);
    const answerOf = (account: FetchableAccount): GateAnswer => ({
      account,
      verdict: gateVerdict(account.gate),
      pause: pauses.get(account.appid) ?? null,
    });
    return new Map([...found].map(([id, account]) => [id, answerOf(account)]));
  }
}
