import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { acquireLease } from '@app/platform';
import { DataSource } from 'typeorm';
import { LeaseWindow } from '../tokens/lease-window';
import { TokenTimings } from '../tokens/token-timings';

interface HeldCode extends AsyncDisposable {
  /** Before WeChat was asked anything about the code. */
  readonly takenAt: Date;
  readonly window: LeaseWindow;
}

/** The right to exchange one authorization code, held by one process at a time. */
@Injectable()
export class CodeLeases {
  constructor(
    private readonly dataSource: DataSource,
    private readonly timings: TokenTimings,
    private readonly clock: Clock,
  ) {}

  /** How long a twin looks for the holder's result. */
  get waitMs(): number {
    return this.timings.waitMs;
  }

  async acquire(codeId: number): Promise<HeldCode | null> {
    const row = { table: 'authorization_code', id: codeId };
    const takenAt = this.clock.now();
    const lease = await acquireLease(this.dataSource, row, this.timings.leaseMs);
    if (!lease) return null;
    return {
      takenAt,
      window: new LeaseWindow(lease, this.timings.callMs),
      [Symbol.asyncDispose]: () => Promise.resolve(lease[Symbol.asyncDispose]()),
    };
  }
}
