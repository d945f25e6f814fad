import { defineJob, type JobContract } from '@app/platform';
import { LANE, type Lane } from './task-states';

/** One turn of several tasks of different accounts, all of one lane. */
export interface FetchTurn {
  readonly turnId: string;
  readonly taskIds: readonly number[];
  /** Taken the sooner the lower it is. */
  readonly priority: number;
}

/** Tries once: what fails goes back to its row, which is the truth. */
const turnOn = (queue: string): JobContract<FetchTurn> =>
  defineJob<FetchTurn>({
    queue,
    name: 'run-fetch-turn',
    attempts: 1,
    id: ({ turnId }) => turnId,
    priority: ({ priority }) => priority,
  });

export const runFetchTurn = turnOn('fetching');
/** For what people wait for. */
export const runAskedTurn = turnOn('fetching-asked');
export const FETCH_TURNS = [runFetchTurn, runAskedTurn] as const;

export function turnJobOf(lane: Lane): JobContract<FetchTurn> {
  return lane === LANE.asked ? runAskedTurn : runFetchTurn;
}

/** Asks WeChat for the daily limit of an account's appid. Tries once: whoever comes near the cap asks again. */
export const readQuotaHint = defineJob<{ accountId: number }>({
  queue: 'fetching',
  name: 'read-quota-hint',
  attempts: 1,
  dedupe: ({ accountId }) => `quota-hint-${accountId}`,
});
