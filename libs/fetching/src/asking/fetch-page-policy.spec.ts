import { type FetchableAccount } from '@app/credentials';
import { firstAttemptAt, taskFor } from './fetch-page-policy';

const startsAt = new Date('2026-03-10T00:05:00Z');
const HOUR = 3_600_000;

function account(id: number, setIds: readonly number[] = [2]): FetchableAccount {
  const gate = {
    state: 'authorized',
    incompleteBecause: null,
    kind: 'official_account',
    verifyType: 0,
    accountStatus: 1,
  };
  return {
    ...{ id, publicId: `acc_${id}`, appid: `wx${id}`, platformId: 'plt_1', componentAppid: 'wxp', merchantId: null },
    ...{ providerId: 'prv_1', nickName: 'A', dataFrom: null, completeTo: null, gate: { ...gate, setIds } as never },
  };
}

describe('the first attempts of a fetch', () => {
  it('all come at once without a spread', () => {
    expect(firstAttemptAt(7, { startsAt, spreadMs: 0 })).toEqual(startsAt);
  });

  it('lie evenly over the spread, wherever ids begin, and each account keeps its place', () => {
    for (const first of [1, 90_001, 4_294_960_000]) {
      const tenths = Array<number>(10).fill(0);
      for (let id = first; id < first + 1_000; id++) {
        const ms = firstAttemptAt(id, { startsAt, spreadMs: HOUR }).getTime() - startsAt.getTime();
        expect(ms).toBe(firstAttemptAt(id, { startsAt, spreadMs: HOUR }).getTime() - startsAt.getTime());
        tenths[Math.floor((ms / HOUR) * 10)]!++;
      }
      expect(Math.min(...tenths)).toBeGreaterThan(80);
      expect(Math.max(...tenths)).toBeLessThan(120);
    }
  });
});

describe('the task of an account', () => {
  it('waits for permission when a person asked and the gate is closed', () => {
    const task = taskFor(account(1, []), { kind: 'asked', startsAt, spreadMs: 0 });
    expect(task).toMatchObject({ state: 'waiting_permission', because: 'set_missing', turnKey: 'acc_1' });
  });

  it('is planned when the gate is open, whoever asked', () => {
    for (const kind of ['asked', 'daily', 'backfill', 'probe'] as const)
      expect(taskFor(account(1), { kind, startsAt, spreadMs: 0 })).toMatchObject({ state: 'planned', because: null });
  });

  it('is not made when the system asked and the gate is closed', () => {
    for (const kind of ['daily', 'backfill', 'probe'] as const)
      expect(taskFor(account(1, []), { kind, startsAt, spreadMs: 0 })).toBeNull();
  });
});
