import { LANE, type Lane } from './task-states';

/** Of the tasks that BullMQ may hold, each lane's most: together they are more than all, so that no lane waits for another's room. */
const SHARES: Readonly<Record<Lane, number>> = { [LANE.asked]: 1 / 2, [LANE.daily]: 1, [LANE.bulk]: 3 / 4 };
/** One look a lane is worth it once so much of its share is free; a single task that somebody waits for is always. */
const WORTH = 1 / 4;
/** Every so many jobs of a lower lane one goes with the first: a daily run without end does not stop a backfill. */
const LIFTED = 8;
/** For each turn of a worker, as many more for what people ask. */
const ASKED_TURNS = 1 / 2;

const DAILY_FOLD = 4;

/** How many more tasks of a lane may be queued now; 0 when it is not worth a look. */
export function roomOf(lane: Lane, queued: number, all: number): number {
  const share = Math.max(1, Math.floor(SHARES[lane] * all));
  const room = share - queued;
  return lane === LANE.bulk && room < share * WORTH ? 0 : Math.max(0, room);
}

/** @param nth the how-manieth job of this lane */
export function priorityOf(lane: Lane, nth: number): number {
  return nth % LIFTED === 0 ? LANE.asked : lane;
}

/** Turns that a worker runs at once: what people ask for has its own beside those that all other lanes share. */
export function turnsOf(lane: Lane, concurrency: number): number {
  return lane === LANE.asked ? Math.ceil(concurrency * ASKED_TURNS) : concurrency;
}

/** Tasks of one turn: those of the daily run ask one window each, so that a turn of them takes no longer than others'. */
export function turnTasksOf(lane: Lane, turnTasks: number): number {
  return lane === LANE.daily ? DAILY_FOLD * turnTasks : turnTasks;
}

/**
 * Rounds of one turn: half of the most, up to all. Turns whose rounds are stored together begin together; were they all as
 * long, they would end together, too, and whoever asks meanwhile would wait for all of a turn.
 * @param random 0 to below 1
 */
export function roundsOf(most: number, random: number): number {
  const least = Math.ceil(most / 2);
  return least + Math.floor(random * (most - least + 1));
}

/** A look that queued something, and had room for more. */
interface Look {
  readonly found: readonly { readonly turnKey: string }[];
  /** How many of them were queued. */
  readonly picks: number;
  readonly room: number;
  /** The most that each key was asked for. */
  readonly each: number;
  /** All keys in line were looked at. */
  readonly isEnd: boolean;
}

/** May another look find more at once? Only where a key was not looked at, or gave as many as it was asked for. */
export function maybeMore({ found, picks, room, each, isEnd }: Look): boolean {
  if (picks === 0 || picks >= room) return false;
  const counts = new Map<string, number>();
  for (const { turnKey } of found) counts.set(turnKey, (counts.get(turnKey) ?? 0) + 1);
  return !isEnd || [...counts.values()].includes(each);
}

/** One of each key's tasks, then the next of each: nobody's second comes before another's first. At most one an appid. */
export function takeTurns<T extends { readonly turnKey: string; readonly appid: string }>(
  picks: readonly T[],
  room: number,
): T[] {
  const lists = new Map<string, T[]>();
  for (const pick of picks) lists.set(pick.turnKey, [...(lists.get(pick.turnKey) ?? []), pick]);
  const appids = new Set<string>();
  const longest = Math.max(0, ...[...lists.values()].map((list) => list.length));
  const all = Array.from({ length: longest }, (_, i) => [...lists.values()].flatMap((list) => list.slice(i, i + 1)));
  return all
    .flat()
    .filter(({ appid }) => !appids.has(appid) && appids.add(appid))
    .slice(0, room);
}
