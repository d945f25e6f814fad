import { type FetchRow, type StoredFetch, type Tally } from './fetch.repository';
import { FINAL, type TaskState } from './task-states';

export const FETCH_STATES = ['running', 'done', 'failed', 'cancelled'] as const;

/** A fetch and how far it came: `running` while a task has a next attempt, or tasks are still being made, cancelled or retried. */
export interface FetchView extends FetchRow {
  readonly state: (typeof FETCH_STATES)[number];
  /** Accounts are still getting their tasks: the counts grow. */
  readonly expanding: boolean;
  readonly tasks: Partial<Record<TaskState, number>>;
  /** Calls made so far. */
  readonly calls: number;
}

export function viewOf(fetch: StoredFetch, { tasks, calls }: Tally): FetchView {
  const { id, kind, merchantId, scope, from, to, refetch, createdAt, cancelledAt } = fetch;
  const expanding = fetch.expandedAt === null && cancelledAt === null;
  const isMoving = expanding || fetch.act !== null || unfinished(tasks) > 0;
  return {
    ...{ id, kind, merchantId, scope, from, to, refetch, createdAt, cancelledAt, expanding, tasks, calls },
    state: isMoving ? 'running' : ending(cancelledAt !== null, tasks),
  };
}

/** Tasks that have a next attempt. */
export function unfinished(tasks: Tally['tasks']): number {
  const all = Object.values(tasks).reduce((sum, n) => sum + n, 0);
  return FINAL.reduce((left, state) => left - (tasks[state] ?? 0), all);
}

function ending(isCancelled: boolean, tasks: Tally['tasks']): FetchView['state'] {
  if (isCancelled) return 'cancelled';
  if ((tasks.failed ?? 0) > 0) return 'failed';
  return (tasks.cancelled ?? 0) > 0 && (tasks.done ?? 0) === 0 ? 'cancelled' : 'done';
}
