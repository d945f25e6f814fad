import { before, FINAL, LANE, lineAfter, TASK_MACHINE, TASK_STATES, type TaskState } from './task-states';

describe('the machine of a task', () => {
  it('leads from every state that is not final to an end, and from every state to another', () => {
    for (const state of TASK_STATES) {
      const reached = new Set<TaskState>([state]);
      for (const from of reached) for (const to of TASK_MACHINE[from].to) reached.add(to);
      expect(FINAL.some((end) => reached.has(end))).toBe(true);
    }
    expect(TASK_STATES.filter((state) => TASK_MACHINE[state].to.length === 0)).toEqual(['done']);
  });

  it('lets everything that is not over be cancelled, and a holder alone end a task', () => {
    expect(before('cancelled')).toEqual(TASK_STATES.filter((state) => !FINAL.includes(state)));
    expect([before('done'), before('failed'), before('running')]).toEqual([['running'], ['running'], ['queued']]);
  });

  it('stands in line only while it waits', () => {
    expect(TASK_STATES.filter((state) => lineAfter(state, LANE.bulk, true) === LANE.bulk)).toEqual(before('queued'));
    expect(lineAfter('waiting_data', LANE.asked, false)).toBe(0);
    expect(lineAfter('done', LANE.asked, true)).toBeNull();
  });
});
