import fc from 'fast-check';
import { Secret } from '@app/kernel';
import { type ListedAccount } from '@app/wechat';
import { ACTIONS, planReconcile, type Listing, type Scope, type SeenAccount, type Step } from './reconcile-policy';

const BEGAN = new Date('2026-03-10T02:00:00.500Z');
const at = (seconds: number) => new Date(Date.UTC(2026, 2, 10, 2, 0, 0) + seconds * 1_000);
const LONG_AGO = at(-86_400);

function seen(over: Partial<Omit<SeenAccount, 'refresh'>> & { token?: string | null } = {}): SeenAccount {
  const { token = 'rt-1', ...rest } = over;
  return {
    id: 1,
    publicId: 'acc_1',
    appid: 'wx1',
    state: 'authorized',
    incompleteBecause: null,
    authorizedAt: LONG_AGO,
    eventTime: LONG_AGO,
    refresh: { version: token === null ? null : 1, token: token === null ? null : new Secret(token) },
    ...rest,
  };
}
const listed = (token: string | null = 'rt-1', authorizedAt = LONG_AGO, appid = 'wx1'): ListedAccount => ({
  appid,
  authorizedAt,
  refreshToken: token === null ? null : new Secret(token),
});
const listing = (accounts: ListedAccount[], complete = true): Listing => ({
  began: BEGAN,
  complete,
  accounts: new Map(accounts.map((one) => [one.appid, one])),
});
const DEMAND: Scope = { cause: 'demand', otherKinds: new Set(), departed: new Set<string>() };
const one = (row: SeenAccount | null, told: ListedAccount | null, complete = true, scope = DEMAND) =>
  planReconcile(row ? [row] : [], listing(told ? [told] : [], complete), scope).map(({ action, because }) => [
    action,
    because,
  ]);

describe('planReconcile', () => {
  it.each<[string, SeenAccount | null, ListedAccount | null, [string, string] | null]>([
    ['both agree', seen(), listed(), null],
    ['unknown here', null, listed(), ['adopt', 'unknown_here']],
    ['unknown here, never exchanged', null, listed(null), ['adopt', 'never_exchanged']],
    ['unknown here, authorized while paging', null, listed('rt-1', at(0)), ['leave', 'authorized_meanwhile']],
    ['token lost', seen({ token: null }), listed(), ['repair', 'token_missing']],
    ['token lost, our event later', seen({ token: null, eventTime: at(-10) }), listed(), ['repair', 'token_missing']],
    ['token changed', seen(), listed('rt-2'), ['repair', 'token_changed']],
    ['changed by a later grant', seen(), listed('rt-2', at(-100)), ['repair', 'token_changed']],
    ['changed, our grant is later', seen({ eventTime: at(-100) }), listed('rt-2'), ['ask', 'older_listing']],
    ['changed, a minute is doubt', seen({ eventTime: at(-86_350) }), listed('rt-2'), ['repair', 'token_changed']],
    ['our row is newer than paging', seen({ authorizedAt: at(1) }), listed('rt-2'), ['leave', 'authorized_meanwhile']],
    ['so is its event', seen({ eventTime: at(0) }), listed('rt-2'), ['leave', 'authorized_meanwhile']],
    ['listed as authorized meanwhile', seen(), listed('rt-2', at(0)), ['leave', 'authorized_meanwhile']],
    ['not exchanged since', seen(), listed(null), ['leave', 'never_exchanged']],
    ['incomplete, WeChat tells one', seen({ state: 'incomplete', token: null }), listed(), ['restore', 'listed_again']],
    ['incomplete, another one', seen({ state: 'incomplete' }), listed('rt-2'), ['restore', 'listed_again']],
    ['incomplete, not refused by anybody', seen({ state: 'incomplete' }), listed(), ['restore', 'listed_again']],
    [
      'incomplete, the refused one',
      seen({ state: 'incomplete', incompleteBecause: 'token_checking' }),
      listed(),
      ['flag', 'token_refused'],
    ],
    [
      'incomplete, the refused one again',
      seen({ state: 'incomplete', incompleteBecause: 'token_refused' }),
      listed(),
      ['leave', 'token_refused'],
    ],
    [
      'incomplete, being checked, none told',
      seen({ state: 'incomplete', incompleteBecause: 'token_checking' }),
      listed(null),
      ['flag', 'never_exchanged'],
    ],
    ['incomplete, none told still', seen({ state: 'incomplete' }), listed(null), ['leave', 'never_exchanged']],
    ['cancelled and listed no longer', seen({ state: 'revoked' }), null, null],
    ['cancelled after it was listed', seen({ state: 'revoked' }), listed(), ['ask', 'listed_though_cancelled']],
    [
      'authorized after the cancellation',
      seen({ state: 'revoked', token: null }),
      listed('rt-2', at(-100)),
      ['restore', 'authorized_since'],
    ],
    ['listed no longer', seen(), null, ['ask', 'not_listed']],
    ['incomplete, listed no longer', seen({ state: 'incomplete' }), null, ['ask', 'not_listed']],
    ['authorized after paging began', seen({ authorizedAt: at(2) }), null, ['leave', 'authorized_meanwhile']],
  ])('%s', (_name, row, told, expected) => {
    expect(one(row, told)).toEqual(expected === null ? [] : [expected]);
  });

  it('concludes nothing from what a partial list lacks, and flags nothing by it', () => {
    expect(one(seen(), null, false)).toEqual([]);
    const checked = seen({ state: 'incomplete', incompleteBecause: 'token_checking' });
    expect(one(checked, listed(), false)).toEqual([['leave', 'token_refused']]);
    expect(one(seen({ token: null }), listed(), false)).toEqual([['repair', 'token_missing']]);
    expect(one(null, listed(), false)).toEqual([['adopt', 'unknown_here']]);
  });

  it('adopts nothing in a recovery, and no account of a kind that is not kept', () => {
    const told = listed();
    expect(one(null, told, true, { ...DEMAND, cause: 'schedule' })).toEqual([['adopt', 'unknown_here']]);
    expect(one(null, told, true, { ...DEMAND, cause: 'recovery' })).toEqual([]);
    for (const cause of ['schedule', 'demand'] as const)
      expect(one(null, told, true, { cause, otherKinds: new Set(['wx1']), departed: new Set<string>() })).toEqual([]);
    const lost = seen({ token: null });
    for (const cause of ['schedule', 'demand', 'recovery'] as const)
      expect(one(lost, told, true, { cause, otherKinds: new Set(['wx1']), departed: new Set<string>() })).toEqual([
        ['repair', 'token_missing'],
      ]);
  });

  const times = fc.integer({ min: -200_000, max: 5 }).map(at);
  const tokens = fc.option(fc.constantFrom('rt-1', 'rt-2'));
  const worlds = fc.record({
    complete: fc.boolean(),
    rows: fc.uniqueArray(
      fc.record({
        appid: fc.constantFrom('wx1', 'wx2', 'wx3', 'wx4'),
        state: fc.constantFrom('authorized', 'revoked', 'incomplete'),
        incompleteBecause: fc.constantFrom(null, 'token_checking', 'token_refused'),
        authorizedAt: times,
        eventTime: fc.option(times),
        token: tokens,
      }),
      { selector: ({ appid }) => appid },
    ),
    told: fc.uniqueArray(
      fc.record({ appid: fc.constantFrom('wx1', 'wx2', 'wx3', 'wx5'), token: tokens, authorizedAt: times }),
      { selector: ({ appid }) => appid },
    ),
  });
  type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;
  const plan = ({ complete, rows, told }: World): { steps: Step[]; seen: SeenAccount[]; listing: Listing } => {
    const before = rows.map((row) => seen(row as never));
    const list = listing(
      told.map(({ appid, token, authorizedAt }) => listed(token, authorizedAt, appid)),
      complete,
    );
    return { steps: planReconcile(before, list, DEMAND), seen: before, listing: list };
  };

  it('holds its rules in every world', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { steps, listing: list } = plan(world);
        expect(new Set(steps.map(({ appid }) => appid)).size).toBe(steps.length);
        expect(steps.map(({ action }) => ACTIONS.indexOf(action))).toEqual(
          steps.map(({ action }) => ACTIONS.indexOf(action)).toSorted((a, b) => a - b),
        );
        for (const step of steps) {
          const writesToken = step.action === 'repair' || step.action === 'restore';
          const isSame = step.listed?.refreshToken && step.seen?.refresh.token?.equals(step.listed.refreshToken);
          // Only a token that was told, and that is another one than the stored one of a living authorization.
          if (writesToken) expect(step.listed?.refreshToken).toBeInstanceOf(Secret);
          if (step.action === 'repair') expect([isSame === true, step.seen?.state]).toEqual([false, 'authorized']);
          // Nothing follows from absence in a partial list.
          if (!list.complete) expect([step.because === 'not_listed', step.action === 'flag']).toEqual([false, false]);
          if (step.because === 'not_listed') expect(step.seen?.state).not.toBe('revoked');
          // What is newer than the list is left alone.
          const times = [step.listed?.authorizedAt, step.seen?.authorizedAt, step.seen?.eventTime];
          if (step.action !== 'leave') for (const time of times) if (time) expect(time < BEGAN).toBe(true);
          if (step.action === 'adopt') expect(step.seen).toBeNull();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing left to write after its writes were made', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { steps, seen: before, listing: list } = plan(world);
        const rows = new Map(before.map((row) => [row.appid, row]));
        for (const { action, because, appid, listed: told, seen: row } of steps) {
          if (!told) continue;
          const refresh = { version: 2, token: told.refreshToken };
          const fresh = seen({ appid, authorizedAt: told.authorizedAt, eventTime: told.authorizedAt });
          if (action === 'adopt')
            rows.set(appid, { ...fresh, refresh, state: told.refreshToken ? 'authorized' : 'incomplete' });
          if (!row) continue;
          const eventTime = row.eventTime && row.eventTime > told.authorizedAt ? row.eventTime : told.authorizedAt;
          if (action === 'repair' || action === 'restore')
            rows.set(appid, { ...row, refresh, state: 'authorized', eventTime });
          if (action === 'flag')
            rows.set(appid, { ...row, incompleteBecause: because === 'token_refused' ? because : null });
        }
        const again = planReconcile([...rows.values()], list, DEMAND).map(({ action }) => action);
        expect(again.filter((action) => action !== 'ask' && action !== 'leave')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
