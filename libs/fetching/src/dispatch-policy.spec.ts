import fc from 'fast-check';
import { maybeMore, priorityOf, roomOf, roundsOf, takeTurns, turnsOf, turnTasksOf } from './dispatch-policy';
import { LANE, LANES } from './task-states';

const pick = (turnKey: string, id: number, appid = `wx${id}`) => ({ turnKey, id, appid });

describe('takeTurns', () => {
  it('gives nobody a second turn before everybody had a first', () => {
    const picks = [pick('a', 1), pick('a', 2), pick('a', 3), pick('b', 10), pick('c', 20), pick('c', 21)];
    expect(takeTurns(picks, 10).map(({ id }) => id)).toEqual([1, 10, 20, 2, 21, 3]);
    expect(takeTurns(picks, 4).map(({ id }) => id)).toEqual([1, 10, 20, 2]);
    expect(takeTurns([], 4)).toEqual([]);
  });

  it('takes one task an appid, and keeps everybody within one turn of everybody else', () => {
    const any = fc.array(
      fc.record({
        turnKey: fc.constantFrom('a', 'b', 'c'),
        id: fc.nat(40),
        appid: fc.constantFrom('x', 'y', 'z', 'v', 'w'),
      }),
    );
    fc.assert(
      fc.property(any, fc.nat(8), (picks, room) => {
        const taken = takeTurns(picks, room);
        expect(new Set(taken.map(({ appid }) => appid)).size).toBe(taken.length);
        expect(taken.length).toBeLessThanOrEqual(room);
      }),
    );
  });
});

it('looks again only where there is room, and perhaps somebody in line', () => {
  const found = [pick('a', 1), pick('a', 2), pick('b', 3)];
  const look = { found, picks: 3, room: 10, each: 5, isEnd: true };
  expect(maybeMore(look)).toBe(false);
  expect(maybeMore({ ...look, isEnd: false })).toBe(true);
  expect(maybeMore({ ...look, each: 2 })).toBe(true);
  expect(maybeMore({ ...look, each: 2, room: 3 })).toBe(false);
  expect(maybeMore({ ...look, picks: 0, isEnd: false })).toBe(false);
});

describe('roomOf', () => {
  it('keeps a share for each lane, whatever the others hold', () => {
    expect([roomOf(LANE.asked, 0, 512), roomOf(LANE.daily, 0, 512), roomOf(LANE.bulk, 0, 512)]).toEqual([
      256, 512, 384,
    ]);
    expect([roomOf(LANE.asked, 256, 512), roomOf(LANE.bulk, 384, 512)]).toEqual([0, 0]);
    expect(roomOf(LANE.asked, 255, 512)).toBe(1);
  });

  it('does not look for a few more of what nobody waits for', () => {
    expect([roomOf(LANE.bulk, 300, 512), roomOf(LANE.bulk, 288, 512)]).toEqual([0, 96]);
    expect(roomOf(LANE.bulk, 0, 1)).toBe(1);
  });
});

it('lets turns that begin together end one after another', () => {
  const rounds = [0, 0.2, 0.4, 0.6, 0.8, 0.999].map((random) => roundsOf(8, random));
  expect(rounds).toEqual([4, 5, 6, 7, 8, 8]);
  expect([roundsOf(1, 0), roundsOf(1, 0.999), roundsOf(2, 0), roundsOf(2, 0.999)]).toEqual([1, 1, 1, 2]);
});

it('keeps turns of their own for what people ask', () => {
  expect(LANES.map((lane) => turnsOf(lane, 8))).toEqual([4, 8, 8]);
  expect(turnsOf(LANE.asked, 1)).toBe(1);
});

it('gives turns of the daily run more tasks', () => {
  expect(LANES.map((lane) => turnTasksOf(lane, 24))).toEqual([24, 96, 24]);
});

it('lets every eighth job of a lower lane go with the first', () => {
  const priorities = Array.from({ length: 16 }, (_, i) => priorityOf(LANE.bulk, i + 1));
  expect(priorities.filter((priority) => priority === 1)).toHaveLength(2);
  expect(priorityOf(LANE.asked, 3)).toBe(1);
});
