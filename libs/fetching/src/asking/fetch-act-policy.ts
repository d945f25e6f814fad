import { TASK_MACHINE, TASK_STATES, type TaskState } from '../task-states';

/** What a person does to a fetch while it runs or when it is over. */
export type FetchAct = 'cancel' | 'retry';

/** A fetch as the decision sees it, its row locked. */
export interface ActedFetch {
  readonly act: FetchAct | null;
  readonly isCancelled: boolean;
  readonly isExpanded: boolean;
  /** Has it a task that may go where the act leads? */
  readonly hasTasks: boolean;
}

/** Begin it; it was done before and nothing is left to do; or there never was anything to do. */
export type ActVerdict = 'begin' | 'done_before' | 'nothing_to_do';

/** From where a task is cancelled, and from where it is planned again. */
export const ACTED: Readonly<Record<FetchAct, readonly TaskState[]>> = {
  cancel: TASK_STATES.filter((state) => TASK_MACHINE[state].to.includes('cancelled')),
  retry: TASK_STATES.filter(
    (state) => TASK_MACHINE[state].standing === 'over' && TASK_MACHINE[state].to.includes('planned'),
  ),
};

/** Both may be asked for at any moment, also while the other goes on or accounts still get their tasks. */
export function actVerdict(act: FetchAct, fetch: ActedFetch): ActVerdict {
  if (act === 'cancel') {
    if (fetch.isCancelled) return 'done_before';
    return fetch.hasTasks || !fetch.isExpanded ? 'begin' : 'nothing_to_do';
  }
  if (fetch.act === 'retry') return 'done_before';
  // Cancelled before all accounts had their task: those that have none get it now.
  return fetch.hasTasks || fetch.isCancelled ? 'begin' : 'nothing_to_do';
}
