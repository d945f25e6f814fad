import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DispatchRepository } from './dispatch.repository';

/** Ends the waiting of tasks whose account may be asked for again. Without it they look again every few minutes by themselves. */
@Injectable()
export class TaskResume {
  constructor(
    private readonly repository: DispatchRepository,
    private readonly clock: Clock,
  ) {}

  /** How many tasks go on. */
  account(accountId: number): Promise<number> {
    return this.repository.resume(accountId, this.clock.now());
  }
}
