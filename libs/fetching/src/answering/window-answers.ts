import { type FetchableAccount } from '@app/credentials';
import { Clock, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type DayRange } from '../window-policy';
import { missingDays, type StoredCount } from './answer-policy';
import { AnswerRepository } from './answer.repository';
import { MissingDays } from './missing-days';

/** A day and its followers. */
export interface DayCount extends StoredCount {
  readonly cumulateUser: number;
}

/** Answers as WeChat would, from what is stored; what is missing is fetched first. */
@Injectable()
export class WindowAnswers {
  constructor(
    private readonly answers: AnswerRepository,
    private readonly missing: MissingDays,
    private readonly clock: Clock,
  ) {}

  /**
   * The days of the window with a number, oldest first. A day that WeChat does not have, or cannot have yet, is left out.
   * Throws what `MissingDays.bring` throws.
   * @param window at most 7 days, all of them over
   * @param requestedBy the key's id
   */
  async answer(account: FetchableAccount, window: DayRange, requestedBy: string): Promise<DayCount[]> {
    const stored = await this.answers.days(account.id, window);
    const days = missingDays(window, stored, account.dataFrom as ShanghaiDate | null, this.clock.now());
    if (days.length === 0) return stored.filter(hasCount);
    await this.missing.bring({ account, days, requestedBy });
    return (await this.answers.days(account.id, window)).filter(hasCount);
  }
}

function hasCount(day: StoredCount): day is DayCount {
  return day.cumulateUser !== null;
}
