import { cancelVerdict, dueAt, isConfirmed, removedWith, stageOf } from './purge-policy';

const AT = new Date('2026-03-10T02:00:00.000Z');
const later = (ms: number): Date => new Date(AT.getTime() + ms);

describe('the policy of purges', () => {
  it('takes the very name for a confirmation', () => {
    expect(['Lantern Tea', 'lantern tea', 'Lantern', ''].map((text) => isConfirmed('Lantern Tea', text))).toEqual([
      ...[true, false, false, false],
    ]);
  });

  it('begins hours later, or at once', () => {
    expect([dueAt(AT, 72), dueAt(AT, 0)]).toEqual([later(72 * 3_600_000), AT]);
  });

  it('is taken back until it begins, and once more without harm', () => {
    const refused = { allowed: false, because: 'purge_begun' };
    const verdicts = (['scheduled', 'cancelled', 'running', 'done'] as const).map((state) => cancelVerdict({ state }));
    expect(verdicts).toEqual([{ allowed: true }, { allowed: true }, refused, refused]);
  });

  it('looks for traces once no request can run any more that knew the merchant', () => {
    expect(stageOf({ goneAt: null }, AT)).toEqual({ stage: 'rows' });
    expect(stageOf({ goneAt: AT }, later(119_999))).toMatchObject({ stage: 'wait' });
    expect(stageOf({ goneAt: AT }, later(120_000))).toEqual({ stage: 'traces' });
  });

  it('adds up what was removed, table by table', () => {
    expect(removedWith(removedWith({}, 'account', 2), 'account', 3)).toEqual({ account: 5 });
  });
});
