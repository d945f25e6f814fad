import { createHash } from 'node:crypto';
import { type AuditEvent } from './audit-event.entity';

/** Acts on no single provider's tenants. */
export const INSTALLATION = 'installation';

/** What a chain ends with: the place and hash of its last event. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Buffer;
}
export const NO_HEAD: ChainHead = { seq: 0, hash: Buffer.alloc(32) };

/** An event as it stands in its chain. */
export type SealedEvent = AuditEvent & { readonly seq: number; readonly contentHash: Buffer; readonly hash: Buffer };

/** `missing`: an event before this one is gone. `changed`: it says something else. `relinked`: it was put here. */
export type ChainFault = 'missing' | 'changed' | 'relinked';

/** Rows are numbered when they are inserted and seen when that is over: no lower number turns up after this. */
const SETTLED_MS = 60_000;
/** How an act ended that took longer than this is not told any more. */
const ENDED_MS = 600_000;
const HEAD = /^(\d{1,10}):([0-9a-f]{64})$/;

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

/** Null: the event is what was sealed behind `before`. */
export function faultOf(event: SealedEvent, before: ChainHead): ChainFault | null {
  if (event.seq !== before.seq + 1) return 'missing';
  if (event.purgedAt === null && !contentHash(event).equals(event.contentHash)) return 'changed';
  return linkHash(before.hash, event.seq, event.contentHash).equals(event.hash) ? null : 'relinked';
}

export function headText({ seq, hash }: ChainHead): string {
  return `${seq}:${hash.toString('hex')}`;
}

/** Null for what no `headText` is. */
export function readHead(text: string): ChainHead | null {
  const [, seq, hash] = HEAD.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash: Buffer.from(hash, 'hex') };
}
