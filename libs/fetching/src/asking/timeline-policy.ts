import { cursorInvalid } from '@app/tenants';

/** What happened to an account; those of one moment stand in this order, the last one the newest. */
export const TIMELINE_KINDS = ['authorized', 'permission', 'call', 'revision', 'revoked'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Where an entry stands: no two are in one place. */
export interface TimelinePlace {
  readonly at: Date;
  readonly kind: TimelineKind;
  readonly id: number;
}

const rank = (kind: TimelineKind): number => TIMELINE_KINDS.indexOf(kind);

export function placeKey({ at, kind, id }: TimelinePlace): string {
  return `${at.getTime()}.${kind}.${id}`;
}

/** Throws `cursor_invalid` for the key of another list. */
export function placeOf(key: string): TimelinePlace {
  const [, ms, name, id] = /^(\d{1,15})\.([a-z]+)\.(\d{1,16})$/.exec(key) ?? [];
  const kind = TIMELINE_KINDS.find((one) => one === name);
  if (kind === undefined) throw cursorInvalid();
  return { at: new Date(Number(ms)), kind, id: Number(id) };
}

/** The newest first. */
export function byNewest(a: TimelinePlace, b: TimelinePlace): number {
  return b.at.getTime() - a.at.getTime() || rank(b.kind) - rank(a.kind) || b.id - a.id;
}

/** Which entries of a kind come after a place: those before `at`, and of `at` itself those with an id below. */
export function behind(place: TimelinePlace | null, kind: TimelineKind): { at: Date; belowId: number } {
  // The end of what DATETIME holds.
  if (place === null) return { at: new Date('9999-12-31T00:00:00Z'), belowId: 0 };
  if (rank(kind) === rank(place.kind)) return { at: place.at, belowId: place.id };
  return { at: place.at, belowId: rank(kind) < rank(place.kind) ? Number.MAX_SAFE_INTEGER : 0 };
}
