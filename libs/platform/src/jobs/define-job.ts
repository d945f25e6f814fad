/** What one kind of job is: declared once by the feature that owns it, typed at both ends, checked at boot. */
export interface JobContract<P extends object> {
  readonly queue: string;
  readonly name: string;
  /** Tries in all before BullMQ gives up; the row stays and a sweeper finds it. */
  readonly attempts: number;
  /** The job's id in BullMQ, unique for ever and without ':'; one of its own when left out. */
  readonly id?: (payload: P) => string;
  /** 1 is taken first; without it a job waits in the order of arrival, before all that have one. */
  readonly priority?: (payload: P) => number;
  /** Jobs of equal id collapse while one waits; one added while it runs is kept and runs after. Only saves work. */
  readonly dedupe?: (payload: P) => string;
}

/** Payloads carry ids only: never a token, never a copy of a row. */
export function defineJob<P extends object>(contract: JobContract<P>): JobContract<P> {
  return Object.freeze(contract);
}
