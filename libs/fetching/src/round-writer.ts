import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { accountsOf, joined, type Round } from './round';
import { TurnRepository } from './turn.repository';

/** A round, and the turn that waits until it is stored. */
interface Waiting {
  readonly round: Round;
  readonly accounts: ReadonlySet<number>;
  readonly now: Date;
  readonly resolve: (isWhole: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_TASKS = 512;

/** Rounds that end while others are being stored are stored together: one transaction of this process at a time. */
@Injectable()
export class RoundWriter {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly rounds: TurnRepository) {}

  /** Resolves to false when a task of this round, or of one stored with it, was not held any more. */
  store(round: Round, now: Date): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ round, accounts: accountsOf(round), now, resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) await this.write(this.nextTogether());
    this.isWriting = false;
  }

  /** A turn that lost its tasks may still end beside the one that has them: an account's days are written by one at a time. */
  private nextTogether(): Waiting[] {
    const together: Waiting[] = [];
    const accounts = new Set<number>();
    let tasks = 0;
    this.waiting = this.waiting.filter((one) => {
      const size = one.round.updates.length;
      const fits = together.length === 0 || tasks + size <= MAX_TASKS;
      if (!fits || [...one.accounts].some((id) => accounts.has(id))) return true;
      for (const id of one.accounts) accounts.add(id);
      tasks += size;
      together.push(one);
      return false;
    });
    return together;
  }

  /** What one round cannot be stored for fails no other: each is tried by itself, unless the database is away for all. */
  private async write(together: readonly Waiting[]): Promise<void> {
    try {
      const now = together.reduce((latest, one) => (one.now > latest ? one.now : latest), new Date(0));
      const isWhole = await this.rounds.store(joined(together.map(({ round }) => round)), now);
      for (const { resolve } of together) resolve(isWhole);
    } catch (error) {
      const isAway = error instanceof AppError && error.kind === 'unavailable';
      if (together.length === 1 || isAway) for (const { reject } of together) reject(error);
      else for (const one of together) await this.write([one]);
    }
  }
}
