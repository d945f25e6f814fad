import { createHash } from 'node:crypto';
import { type AuditEvent } from './audit-event.entity';

/** Acts on no single provider's tenants. */
export const INSTALLATION = 'installation';

/** The place and hash of an event in its chain. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** Where a chain ends, as it is sealed. */
export interface ChainEnd extends ChainHead {
  /** The row of its last event. */
  readonly lastId: number;
  /** Up to this place events may have been emptied by age. */
  readonly purgedThrough: number;
}
export const NO_HEAD: ChainEnd = { seq: 0, hash: Buffer.alloc(32), lastId: 0, purgedThrough: 0 };

/** What of a chain is sealed with the key ring: its end, and by purge what was emptied. */
export interface ChainSeals {
  readonly end: ChainEnd;
  readonly purges: ReadonlyMap<string, unknown>;
}

/** An event as it stands in its chain. */
export type SealedEvent = AuditEvent & { readonly seq: number; readonly contentHash: Buffer; readonly hash: Buffer };

/**
 * `missing`: an event before this one is gone. `changed`: it says something else. `relinked`: it was put here. `emptied`: neither by
 * age nor by a purge. `end_differs`: all up to here was written anew.
 */
export type ChainFault = 'missing' | 'changed' | 'relinked' | 'emptied' | 'end_differs';

/** Rows are numbered when they are inserted and seen when that is over: no lower number turns up after this. */
const SETTLED_MS = 60_000;
/** How an act ended that took longer than this is not told any more. */
const ENDED_MS = 600_000;
const END = /^(\d{1,10}):([0-9a-f]{64}):(\d{1,20}):(\d{1,10})$/;

/** May the row be sealed? In the order of ids: whatever comes behind one that may not waits, too. */
export function isSealable({ at, outcome }: Pick<AuditEvent, 'at' | 'outcome'>, now: Date): boolean {
  const age = now.getTime() - at.getTime();
  return age >= (outcome === null ? ENDED_MS : SETTLED_MS);
}

export function contentHash(event: AuditEvent): Buffer {
  const { id, requestId, chain, merchantId, at, actorKind, actorId, actorName, actorMerchantId } = event;
  const { action, route, targetId, targetIds, address, outcome, code } = event;
  const said = [
    ...[id, requestId, chain, merchantId, at.toISOString(), actorKind, actorId, actorName, actorMerchantId],
    ...[action, route, targetId, targetIds, address, outcome, code],
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest();
}

export function linkHash(before: Buffer, seq: number, content: Buffer): Buffer {
  return createHash('sha256').update(before).update(`${seq}:`).update(content).digest();
}

/** Null: the event is what was sealed behind `before`; the hashes have no key, so the sealed end has the last word. */
export function faultOf(event: SealedEvent, before: ChainHead, { end, purges }: ChainSeals): ChainFault | null {
  if (event.seq !== before.seq + 1) return 'missing';
  if (!isEmptiedRightly(event, end.purgedThrough, purges)) return 'emptied';
  if (event.purgedAt === null && !contentHash(event).equals(event.contentHash)) return 'changed';
  if (!linkHash(before.hash, event.seq, event.contentHash).equals(event.hash)) return 'relinked';
  return event.seq === end.seq && !event.hash.equals(end.hash) ? 'end_differs' : null;
}

function isEmptiedRightly(
  { seq, purgedAt, purgeId }: SealedEvent,
  purgedThrough: number,
  purges: ReadonlyMap<string, unknown>,
): boolean {
  return purgeId === null ? purgedAt === null || seq <= purgedThrough : purges.has(purgeId);
}

export function endText({ seq, hash, lastId, purgedThrough }: ChainEnd): string {
  return `${seq}:${hash.toString('hex')}:${lastId}:${purgedThrough}`;
}

/** Null for what no `endText` is. */
export function readEnd(text: string): ChainEnd | null {
  const [, seq, hash, lastId, purgedThrough] = END.exec(text) ?? [];
  if (hash === undefined) return null;
  return {
    ...{ seq: Number(seq), hash: Buffer.from(hash, 'hex') },
    ...{ lastId: Number(lastId), purgedThrough: Number(purgedThrough) },
  };
}
