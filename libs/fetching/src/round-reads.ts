import { AccountTokens } from '@app/credentials';
import { Gather } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AccountGates, type GateAnswer } from './calls/account-gates';
import { CoverageRepository } from './coverage.repository';
import { type Coverage } from './day-policy';
import { type DayRange } from './window-policy';

/** An account of a round, and the days that matter; null when none does. */
export interface RoundWish {
  readonly id: number;
  readonly appid: string;
  readonly platformId: string;
  readonly ahead: DayRange | null;
}

/** By account id. */
export interface RoundFacts {
  readonly coverage: ReadonlyMap<number, Coverage>;
  readonly gates: ReadonlyMap<number, GateAnswer>;
}

/** What rounds need: coverage, tokens and, last, the gates, in one trip to the database for the rounds of several turns. */
@Injectable()
export class RoundReads {
  private readonly facts = new Gather<RoundWish, RoundFacts>((wishes) => this.read(wishes));

  constructor(
    private readonly coverage: CoverageRepository,
    private readonly tokens: AccountTokens,
    private readonly gates: AccountGates,
    private readonly batched: BatchedTransactions,
  ) {}

  of(wishes: readonly RoundWish[]): Promise<RoundFacts> {
    return this.facts.ask(wishes);
  }

  private async read(wishes: readonly RoundWish[]): Promise<RoundFacts> {
    const ranges = wishes.flatMap(({ id, ahead }) => (ahead === null ? [] : [{ accountId: id, ...ahead }]));
    const { reads } = this.batched;
    const [coverage, , gates] = await Promise.all([
      this.coverage.read(ranges, reads),
      this.tokens.warm(wishes, reads),
      this.gates.look(wishes, reads),
    ]);
    return { coverage, gates };
  }
}
