import { type FaultSwitches } from '../faults/fault-switches';

/** After many failures in a row WeChat leaves a platform alone for a minute. Real time. */
export class PushBlock {
  private readonly rows = new Map<string, { failures: number; until: number }>();

  constructor(private readonly faults: FaultSwitches) {}

  remainingMs(component: string): number {
    return Math.max(0, (this.rows.get(component)?.until ?? 0) - Date.now());
  }

  note(component: string, state: string): void {
    if (state === 'delivered') this.rows.delete(component);
    if (state !== 'failed') return;
    const { pushBlockAfterFailures: limit, pushBlockMs } = this.faults.values;
    const failures = (this.rows.get(component)?.failures ?? 0) + 1;
    const blocked = limit > 0 && failures >= limit;
    this.rows.set(component, blocked ? { failures: 0, until: Date.now() + pushBlockMs } : { failures, until: 0 });
  }
}
