import { keyRingVerdict, peersVerdict, retirementVerdict, rotationVerdict, type Peer } from './key-ring-policy';
import { sealingRefusal } from './sealing.errors';

const ring = (...ids: string[]): { ids: string[]; sealingKeyId: string } => ({ ids, sealingKeyId: ids[0]! });
const peer = (...ids: string[]): Peer => ({ ...ring(...ids), program: 'worker', host: 'box', pid: 7 });
const known = (id: string, opens: boolean | null = true, isRetired = false) => ({ id, opens, isRetired });

describe('keyRingVerdict', () => {
  it.each([
    ['a new installation', ring('k1'), [], [], { ok: true }],
    ['the only key', ring('k1'), ['k1'], [known('k1')], { ok: true }],
    ['a new key in front', ring('k2', 'k1'), ['k1'], [known('k1')], { ok: true }],
    ['a new key behind', ring('k1', 'k2'), ['k1'], [known('k1'), known('k2')], { ok: true }],
    [
      'a known key that nothing uses is not asked for',
      ring('k2'),
      ['k2'],
      [known('k1', null), known('k2')],
      { ok: true },
    ],
    ['a retired key behind', ring('k2', 'k1'), ['k2'], [known('k1', true, true), known('k2')], { ok: true }],
    ['a retired key under rows, behind', ring('k2', 'k1'), ['k1'], [known('k1', true, true)], { ok: true }],
    [
      'keys that rows need',
      ring('k3'),
      ['k1', 'k2', 'k3'],
      [known('k3')],
      { ok: false, because: 'key_missing', keyIds: ['k1', 'k2'] },
    ],
    [
      'a missing key before a wrong one',
      ring('k2'),
      ['k1'],
      [known('k2', false)],
      { ok: false, because: 'key_missing', keyIds: ['k1'] },
    ],
    [
      'other bytes, first',
      ring('k1'),
      ['k1'],
      [known('k1', false)],
      { ok: false, because: 'key_wrong', keyIds: ['k1'] },
    ],
    [
      'other bytes, behind, used by nothing',
      ring('k1', 'k2'),
      [],
      [known('k1'), known('k2', false)],
      { ok: false, because: 'key_wrong', keyIds: ['k2'] },
    ],
    [
      'a retired key in front',
      ring('k1', 'k2'),
      ['k2'],
      [known('k1', true, true), known('k2')],
      { ok: false, because: 'key_retired', keyId: 'k1' },
    ],
  ])('%s', (_name, held, used, keys, verdict) => {
    expect(keyRingVerdict(held, used, keys)).toEqual(verdict);
  });
});

describe('peersVerdict', () => {
  it.each([
    ['nobody else', ring('k1'), [], 'ok'],
    ['the same ring', ring('k1'), [peer('k1')], 'ok'],
    ['step 1, half done', ring('k1', 'k2'), [peer('k1'), peer('k1', 'k2')], 'ok'],
    ['step 1, one restarted late', ring('k1'), [peer('k1', 'k2')], 'ok'],
    ['step 2, half done', ring('k2', 'k1'), [peer('k1', 'k2'), peer('k2', 'k1')], 'ok'],
    ['step 2, one late, with the old order', ring('k1', 'k2'), [peer('k2', 'k1')], 'ok'],
    ['step 5, half done', ring('k2'), [peer('k2', 'k1')], 'ok'],
    ['step 1 left out', ring('k2', 'k1'), [peer('k1')], 'peer_lacks_key k2'],
    ['step 1 left out at one process', ring('k2', 'k1'), [peer('k1', 'k2'), peer('k1')], 'peer_lacks_key k2'],
    ['step 2 left out at one process', ring('k2'), [peer('k1', 'k2')], 'peer_key_missing k1'],
    ['an old process started among new ones', ring('k1'), [peer('k2', 'k1')], 'peer_key_missing k2'],
  ])('%s', (_name, held, peers, expected) => {
    const verdict = peersVerdict(held, peers);
    expect(verdict.ok ? 'ok' : `${verdict.because} ${verdict.keyId}`).toBe(expected);
  });

  it('is the same from both sides: of two that do not fit the later is refused, whichever that is', () => {
    const rings = [ring('k1'), ring('k1', 'k2'), ring('k2', 'k1'), ring('k2'), ring('k3', 'k1')];
    for (const one of rings)
      for (const two of rings)
        expect(peersVerdict(one, [peer(...two.ids)]).ok).toBe(peersVerdict(two, [peer(...one.ids)]).ok);
  });
});

describe('rotationVerdict', () => {
  it('wants everybody to seal with the key that all is sealed under', () => {
    expect(rotationVerdict(ring('k2', 'k1'), [peer('k2', 'k1'), peer('k2')])).toEqual({ ok: true });
    expect(rotationVerdict(ring('k2', 'k1'), [peer('k2', 'k1'), peer('k1', 'k2')])).toMatchObject({
      because: 'peer_seals_otherwise',
      keyId: 'k1',
    });
  });
});

describe('retirementVerdict', () => {
  const none = { rows: [{ table: 'ticket', count: 0 }], peers: [peer('k2', 'k1')] };
  const verdictOf = (keyId: string, key: { isRetired: boolean } | null, use: typeof none) =>
    retirementVerdict(keyId, key, ring('k2', 'k1'), use).because;

  it.each([
    ['nothing uses it', 'k1', { isRetired: false }, none, 'unused'],
    ['it was retired before', 'k1', { isRetired: true }, none, 'retired_before'],
    ['nobody knows it', 'k9', null, none, 'key_unknown'],
    ['it seals here', 'k2', { isRetired: false }, none, 'key_seals_here'],
    ['a row is left', 'k1', { isRetired: false }, { ...none, rows: [{ table: 'ticket', count: 1 }] }, 'rows_left'],
    ['a process seals with it', 'k1', { isRetired: false }, { ...none, peers: [peer('k1', 'k2')] }, 'peer_seals'],
    [
      'it was retired, and rows came since',
      'k1',
      { isRetired: true },
      { ...none, rows: [{ table: 'ticket', count: 1 }] },
      'rows_left',
    ],
  ])('%s', (_name, keyId, key, use, because) => {
    expect(verdictOf(keyId, key, use)).toBe(because);
  });
});

describe('sealingRefusal', () => {
  it('tells the owner of npm start about the file, and others about SECRET_KEYS', () => {
    const refusal = { ok: false, because: 'key_missing', keyIds: ['k1'] } as const;
    expect(sealingRefusal(refusal).message).toBe('rows are sealed under key k1, which SECRET_KEYS lacks: put it back');
    expect(sealingRefusal(refusal, true).message).toContain('.local/secret-keys');
    expect(sealingRefusal(refusal, true).text?.zh).toContain('.local/secret-keys');
  });

  it('names process and key', () => {
    const refusal = { ok: false, because: 'peer_seals', keyId: 'k1', peer: peer('k1') } as const;
    expect(sealingRefusal(refusal)).toMatchObject({ kind: 'conflict', code: 'peer_seals', detail: { keyId: 'k1' } });
    expect(sealingRefusal(refusal).message).toMatch(/key k1.*worker, process 7 on box/);
  });
});
