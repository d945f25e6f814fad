import { linkHash, type SealedEvent } from './audit-policy';

/** What a purge emptied of a chain, in the order of places. */
export interface PurgeProof {
  readonly count: number;
  /** The place of the last one. */
  readonly seq: number;
  /** Chains their places and content hashes, as the chain itself does. */
  readonly digest: Buffer;
}
export const NOTHING_EMPTIED: PurgeProof = { count: 0, seq: 0, digest: Buffer.alloc(32) };

/** Of a chain, by purge. */
export type PurgeProofs = ReadonlyMap<string, PurgeProof>;

const PROOF = /^(\d{1,10}):(\d{1,10}):([0-9a-f]{64})$/;

export function proofWith(
  proof: PurgeProof,
  { seq, contentHash }: Pick<SealedEvent, 'seq' | 'contentHash'>,
): PurgeProof {
  return { count: proof.count + 1, seq, digest: linkHash(proof.digest, seq, contentHash) };
}

/** The place of a purge whose emptied events are not those it left; null: all are. */
export function differingAt(proofs: PurgeProofs, found: PurgeProofs): number | null {
  for (const [id, proof] of proofs) {
    const seen = found.get(id) ?? NOTHING_EMPTIED;
    if (seen.count !== proof.count || !seen.digest.equals(proof.digest)) return proof.seq;
  }
  return null;
}

export function proofText({ count, seq, digest }: PurgeProof): string {
  return `${count}:${seq}:${digest.toString('hex')}`;
}

/** Null for what no `proofText` is. */
export function readProof(text: string): PurgeProof | null {
  const [, count, seq, digest] = PROOF.exec(text) ?? [];
  if (digest === undefined) return null;
  return { count: Number(count), seq: Number(seq), digest: Buffer.from(digest, 'hex') };
}
