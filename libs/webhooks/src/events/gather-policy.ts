import { type WaitingEvent } from '@app/platform';

interface StoredDays {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly corrected: number;
}

/** Topics whose events are told as one when several wait for the same subject. */
export const GATHERED: readonly string[] = ['days.stored'];

/** Events that are told as one: the first tells for all, the others are dropped. */
export interface Gathered {
  readonly told: WaitingEvent;
  readonly dropped: readonly number[];
}

export function gather(events: readonly WaitingEvent[]): Gathered[] {
  const groups = new Map<string, WaitingEvent[]>();
  for (const event of events) {
    const key = GATHERED.includes(event.topic) ? `${event.topic} ${event.subject}` : String(event.id);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group.sort((a, b) => a.id - b.id);
    return first ? [{ told: rest.reduce(asOne, first), dropped: rest.map(({ id }) => id) }] : [];
  });
}

/** Of days stored at different times: the first, the last and how many; those between need not be among them. */
function asOne(one: WaitingEvent, other: WaitingEvent): WaitingEvent {
  const [a, b] = [one, other].map(({ payload }) => JSON.parse(payload) as StoredDays) as [StoredDays, StoredDays];
  const payload = {
    ...a,
    from: a.from < b.from ? a.from : b.from,
    to: a.to > b.to ? a.to : b.to,
    days: a.days + b.days,
    corrected: a.corrected + b.corrected,
  };
  const occurredAt = one.occurredAt > other.occurredAt ? one.occurredAt : other.occurredAt;
  return { ...one, occurredAt, payload: JSON.stringify(payload) };
}
