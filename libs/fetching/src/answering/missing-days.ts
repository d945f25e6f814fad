import { type FetchableAccount } from '@app/credentials';
import { AppError, Clock, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AccountGates } from '../calls/account-gates';
import { Openings } from '../schedule/openings';
import { areLate, askedVerdict, originOf, rangeOf, type AskedTask } from './answer-policy';
import { AnswerRepository } from './answer.repository';
import { daysNotFetched, daysRefused } from './answering.errors';

/** Programs give up after 5 to 10 seconds. */
const WAIT_MS = 4_000;
const LOOK_EVERY_MS = 60;

/** Has missing days fetched while a program waits: as any other fetch, ahead of backfills. Equal asks are one. */
@Injectable()
export class MissingDays {
  private readonly waits = new Map<string, Promise<void>>();

  constructor(
    private readonly answers: AnswerRepository,
    private readonly gates: AccountGates,
    private readonly openings: Openings,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when WeChat was asked for the days and its answer is stored. Throws the gate's refusal, `appid_paused`,
   * `days_refused` (`detail.errcode`: WeChat's code, where it gave one) and `days_not_fetched` after four seconds.
   * @param days at least one, in order, at most 7 days apart
   * @param requestedBy the key's id
   */
  async bring(account: FetchableAccount, days: readonly ShanghaiDate[], requestedBy: string): Promise<void> {
    const origin = originOf(account.id, days, this.clock.now());
    const wait = this.waits.get(origin) ?? this.begin(origin, account, days, requestedBy);
    return wait;
  }

  private begin(
    origin: string,
    account: FetchableAccount,
    days: readonly ShanghaiDate[],
    requestedBy: string,
  ): Promise<void> {
    const wait = this.fetch(origin, account, days, requestedBy).finally(() => this.waits.delete(origin));
    this.waits.set(origin, wait);
    return wait;
  }

  private async fetch(
    origin: string,
    account: FetchableAccount,
    days: readonly ShanghaiDate[],
    requestedBy: string,
  ): Promise<void> {
    const until = performance.now() + WAIT_MS;
    const now = this.clock.now();
    const range = rangeOf(days);
    if (areLate(days, now) && (await this.answers.waitsForData(account.id, range, now))) return;
    const open = await this.gates.ensureOpen(account);
    const opening = { kind: 'asked', origin, createdAt: now, ...range } as const;
    const fetchId = await this.openings.openFor(open, opening, requestedBy);
    while (performance.now() < until) {
      const task = await this.answers.task(fetchId, account.id);
      const verdict = task === null ? 'under_way' : askedVerdict(task, this.clock.now());
      if (verdict === 'asked') return;
      if (task !== null && verdict === 'refused') throw await this.refusal(account, task);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    throw daysNotFetched();
  }

  /** The gate says it best, when it closed meanwhile. */
  private async refusal(account: FetchableAccount, task: AskedTask): Promise<AppError> {
    try {
      await this.gates.ensureOpen(account);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    return daysRefused(task);
  }
}
