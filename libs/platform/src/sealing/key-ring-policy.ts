/** Ids of the keys a process holds, the sealing one first. */
interface HeldKeys {
  readonly ids: readonly string[];
  readonly sealingKeyId: string;
}

/** What the database knows of a key; `opens` is null when the key is not at hand. */
export interface KnownKey {
  readonly id: string;
  readonly opens: boolean | null;
  readonly isRetired: boolean;
}

/** Another process that is running now. */
export interface Peer extends HeldKeys {
  readonly program: string;
  readonly host: string;
  readonly pid: number;
}

type Refusal<Because extends string, Detail> = { readonly ok: false; readonly because: Because } & Detail;
type Verdict<R> = { readonly ok: true } | R;

export type KeyRingRefusal =
  | Refusal<'key_missing', { readonly keyIds: readonly string[] }>
  | Refusal<'key_wrong', { readonly keyIds: readonly string[] }>
  | Refusal<'key_retired', { readonly keyId: string }>;

/** May a process run with this ring, given the ids that rows are sealed under and the keys known here? */
export function keyRingVerdict(
  ring: HeldKeys,
  used: readonly string[],
  known: readonly KnownKey[],
): Verdict<KeyRingRefusal> {
  const missing = used.filter((id) => !ring.ids.includes(id));
  if (missing.length > 0) return { ok: false, because: 'key_missing', keyIds: missing };
  const wrong = known.filter(({ opens }) => opens === false).map(({ id }) => id);
  if (wrong.length > 0) return { ok: false, because: 'key_wrong', keyIds: wrong };
  const keyId = ring.sealingKeyId;
  if (known.some(({ id, isRetired }) => id === keyId && isRetired)) return { ok: false, because: 'key_retired', keyId };
  return { ok: true };
}

export type PeerRefusal =
  | Refusal<'peer_lacks_key', { readonly keyId: string; readonly peer: Peer }>
  | Refusal<'peer_key_missing', { readonly keyId: string; readonly peer: Peer }>;

/** Every running process must be able to open what any other seals: else a token written by one is lost on the other. */
export function peersVerdict(ring: HeldKeys, peers: readonly Peer[]): Verdict<PeerRefusal> {
  for (const peer of peers) {
    if (!ring.ids.includes(peer.sealingKeyId))
      return { ok: false, because: 'peer_key_missing', keyId: peer.sealingKeyId, peer };
    if (!peer.ids.includes(ring.sealingKeyId))
      return { ok: false, because: 'peer_lacks_key', keyId: ring.sealingKeyId, peer };
  }
  return { ok: true };
}

export type RotationRefusal = Refusal<'peer_seals_otherwise', { readonly keyId: string; readonly peer: Peer }>;

/** A rotation ends only when nobody goes on writing under another key. */
export function rotationVerdict(ring: HeldKeys, peers: readonly Peer[]): Verdict<RotationRefusal> {
  const peer = peers.find(({ sealingKeyId }) => sealingKeyId !== ring.sealingKeyId);
  return peer ? { ok: false, because: 'peer_seals_otherwise', keyId: peer.sealingKeyId, peer } : { ok: true };
}

/** What still needs a key: rows per table, and who runs. */
export interface KeyUse {
  readonly rows: readonly { readonly table: string; readonly count: number }[];
  readonly peers: readonly Peer[];
}

export type RetirementRefusal =
  | Refusal<'key_unknown', { readonly keyId: string }>
  | Refusal<'key_seals_here', { readonly keyId: string }>
  | Refusal<'rows_left', { readonly keyId: string; readonly rows: KeyUse['rows'] }>
  | Refusal<'peer_seals', { readonly keyId: string; readonly peer: Peer }>;

/** May the key be retired, so that no process seals with it again? @param known null: the database never met it */
export function retirementVerdict(
  keyId: string,
  known: { readonly isRetired: boolean } | null,
  ring: HeldKeys,
  use: KeyUse,
): { readonly ok: true; readonly because: 'unused' | 'retired_before' } | RetirementRefusal {
  if (!known) return { ok: false, because: 'key_unknown', keyId };
  if (keyId === ring.sealingKeyId) return { ok: false, because: 'key_seals_here', keyId };
  const rows = use.rows.filter(({ count }) => count > 0);
  if (rows.length > 0) return { ok: false, because: 'rows_left', keyId, rows };
  const peer = use.peers.find(({ sealingKeyId }) => sealingKeyId === keyId);
  if (peer) return { ok: false, because: 'peer_seals', keyId, peer };
  return { ok: true, because: known.isRetired ? 'retired_before' : 'unused' };
}
