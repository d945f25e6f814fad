/** What one kind of job is: declared once by the feature that owns it, typed at both ends, checked at boot. */
export interface JobContract<P extends object> {
  readonly queue: string;
  readonly name: string;
  /** Tries in all before BullMQ gives up; the row stays and a sweeper finds it. */
  readonly attempts: number;
  /** Jobs of equal id collapse while one waits; one added while it runs is kept and runs after. Only saves work. */
  readonly dedupe?: (payload: P) => string;
}

/** Payloads carry ids only: never a token, never a copy of a row. */
export function defineJob<P extends object>(contract: JobContract<P>): JobContract<P> {
  return Object.freeze(contract);
}
