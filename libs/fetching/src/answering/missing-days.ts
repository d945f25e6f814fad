import { type FetchableAccount } from '@app/credentials';
import { AppError, Clock, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AccountGates } from '../calls/account-gates';
import { Openings } from '../schedule/openings';
import { askedVerdict, originOf, rangeOf, taskToJoin, type AskedTask } from './answer-policy';
import { AnswerRepository } from './answer.repository';
import { daysNotFetched, daysRefused, tooManyWaits } from './answering.errors';

/** Programs give up after 5 to 10 seconds. */
const WAIT_MS = 4_000;
const LOOK_EVERY_MS = 60;
/** Different windows of one account, and of all, that programs wait for in this process. */
const ACCOUNT_WAITS = 16;
const ALL_WAITS = 200;

interface Wanted {
  readonly account: FetchableAccount;
  /** At least one, in order, at most 7 days apart. */
  readonly days: readonly ShanghaiDate[];
  /** A key's id. */
  readonly requestedBy: string;
}

/** Has missing days fetched while a program waits: as any other fetch, ahead of backfills. Equal asks are one. */
@Injectable()
export class MissingDays {
  private readonly waits = new Map<string, Promise<void>>();
  private readonly perAccount = new Map<number, number>();

  constructor(
    private readonly answers: AnswerRepository,
    private readonly gates: AccountGates,
    private readonly openings: Openings,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when WeChat was asked for the days and its answer is stored. Throws the gate's refusal, `appid_paused`,
   * `days_refused` (`detail.errcode`: WeChat's code, where it gave one), `too_many_waits`, and `days_not_fetched` after four
   * seconds: what was begun goes on.
   */
  async bring(wanted: Wanted): Promise<void> {
    const origin = originOf(wanted.account.id, wanted.days, this.clock.now());
    const wait = this.waits.get(origin);
    if (wait) return wait;
    const own = this.perAccount.get(wanted.account.id) ?? 0;
    if (own >= ACCOUNT_WAITS || this.waits.size >= ALL_WAITS) throw tooManyWaits();
    return this.begin(origin, wanted, own);
  }

  private begin(origin: string, wanted: Wanted, own: number): Promise<void> {
    const { id } = wanted.account;
    this.perAccount.set(id, own + 1);
    const work = this.fetch(origin, wanted, performance.now() + WAIT_MS).finally(() => {
      this.waits.delete(origin);
      const left = (this.perAccount.get(id) ?? 1) - 1;
      if (left > 0) this.perAccount.set(id, left);
      else this.perAccount.delete(id);
    });
    // On a slow database even the opening may take longer.
    const wait = Promise.race([work, afterwards(WAIT_MS, work)]);
    this.waits.set(origin, wait);
    return wait;
  }

  private async fetch(origin: string, { account, days, requestedBy }: Wanted, until: number): Promise<void> {
    const now = this.clock.now();
    const range = rangeOf(days);
    const joined = taskToJoin(await this.answers.openTasks(account.id, range), days, now);
    if (joined && askedVerdict(joined, now) === 'asked') return;
    const open = await this.gates.ensureOpen(account);
    let task = joined;
    if (!task) {
      const opening = { kind: 'asked', origin, createdAt: now, ...range } as const;
      task = await this.answers.taskOf(await this.openings.openFor(open, opening, requestedBy), account.id);
    }
    while (task && performance.now() < until) {
      const verdict = askedVerdict(task, this.clock.now());
      if (verdict === 'asked') return;
      if (verdict === 'refused') throw await this.refusal(account, task);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      task = await this.answers.task(task.id);
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

/** Rejects after `ms`, unless the work is over by then. */
function afterwards(ms: number, work: Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      reject(daysNotFetched());
    }, ms);
    const over = (): void => {
      clearTimeout(timer);
    };
    work.then(over, over);
  });
}
