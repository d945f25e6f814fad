import { defineJob } from '@app/platform';

/** One turn of several tasks of different accounts. Tries once: what fails goes back to its row, which is the truth. */
export const runFetchTurn = defineJob<{ taskIds: readonly number[] }>({
  queue: 'fetching',
  name: 'run-fetch-turn',
  attempts: 1,
});
