/** Lanes, the most urgent first. Each has lines of its own, and a share of the queue that no other can use up. */
export const LANE = { asked: 1, daily: 2, bulk: 3 } as const;
export const LANES = [LANE.asked, LANE.daily, LANE.bulk] as const;
export type Lane = (typeof LANES)[number];

/** `line` of a task whose time has not come. */
export const WAITS = 0;

/** `waits` for its time or its turn; is `in_flight` in Redis or at a worker; is `over`. */
type Standing = 'waits' | 'in_flight' | 'over';

interface StateRule {
  readonly standing: Standing;
  /** Where a task may go from here. */
  readonly to: readonly TaskState[];
}

const WAITING = ['waiting_data', 'waiting_quota', 'waiting_token', 'waiting_permission'] as const;
export type TaskState = 'planned' | 'queued' | 'running' | (typeof WAITING)[number] | 'done' | 'failed' | 'cancelled';

const waiting: StateRule = { standing: 'waits', to: ['queued', 'cancelled'] };

/**
 * A task's states. `queued` means "should be in Redis" and is never trusted; what its job or its holder lost is `planned`
 * again. A retry plans anew what failed or was cancelled.
 */
export const TASK_MACHINE: Readonly<Record<TaskState, StateRule>> = {
  planned: waiting,
  waiting_data: waiting,
  waiting_quota: waiting,
  waiting_token: waiting,
  waiting_permission: waiting,
  queued: { standing: 'in_flight', to: ['running', 'planned', 'cancelled'] },
  running: { standing: 'in_flight', to: ['planned', ...WAITING, 'done', 'failed', 'cancelled'] },
  done: { standing: 'over', to: [] },
  failed: { standing: 'over', to: ['planned'] },
  cancelled: { standing: 'over', to: ['planned'] },
};

export const TASK_STATES = Object.keys(TASK_MACHINE) as readonly TaskState[];
/** States a task never leaves by itself. */
export const FINAL: readonly TaskState[] = TASK_STATES.filter((state) => TASK_MACHINE[state].standing === 'over');

/** The states from which a task may go there: what a statement that moves tasks names in its WHERE. */
export function before(state: TaskState): TaskState[] {
  return TASK_STATES.filter((from) => TASK_MACHINE[from].to.includes(state));
}

/** `line` of a task that a turn leaves in this state. */
export function lineAfter(state: TaskState, lane: Lane, isDue: boolean): number | null {
  if (TASK_MACHINE[state].standing !== 'waits') return null;
  return isDue ? lane : WAITS;
}
