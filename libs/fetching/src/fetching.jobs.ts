import { defineJob } from '@app/platform';

/** One turn of several tasks of different accounts, all of one lane. */
export interface FetchTurn {
  readonly turnId: string;
  readonly taskIds: readonly number[];
  /** Taken the sooner the lower it is. */
  readonly priority: number;
}

/** Tries once: what fails goes back to its row, which is the truth. */
export const runFetchTurn = defineJob<FetchTurn>({
  queue: 'fetching',
  name: 'run-fetch-turn',
  attempts: 1,
  id: ({ turnId }) => turnId,
  priority: ({ priority }) => priority,
});

/** Asks WeChat for the daily limit of an account's appid. Tries once: whoever comes near the cap asks again. */
export const readQuotaHint = defineJob<{ accountId: number }>({
  queue: 'fetching',
  name: 'read-quota-hint',
  attempts: 1,
  dedupe: ({ accountId }) => `quota-hint-${accountId}`,
});
