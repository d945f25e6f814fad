import { type FetchableAccount } from '@app/credentials';
import {
  addDays,
  daysBetween,
  eachDay,
  shanghaiDate,
  shanghaiDay,
  shanghaiInstant,
  type ShanghaiDate,
} from '@app/kernel';
import { latestDay, readCumulate, WechatApiError, WechatTransportError } from '@app/wechat';
import fc from 'fast-check';
import { FakeFacts } from '../../../test/support/fake-facts';
import { type Budgets } from './budget/budgets.service';
import { type AccountGates } from './calls/account-gates';
import { type CoverageRepository } from './coverage.repository';
import { DAY_STATE } from './daily-cumulate.entity';
import { FetchingConfig } from './fetching.config';
import { roundOf } from './round';
import { RoundPlanner } from './round-planner';
import { type RoundReads, type RoundWish } from './round-reads';
import { LANE } from './task-states';
import { type HeldTask, type TaskUpdate } from './task.repository';
import { afterWindow } from './turn-steps';
import { type DayRange } from './window-policy';

const OPEN = {
  state: 'authorized',
  incompleteBecause: null,
  kind: 'official_account',
  verifyType: 0,
  accountStatus: 1,
  setIds: [2],
};
const TO = shanghaiDate('2026-01-14');
/** 08:06 of the day after, in Shanghai. */
const BEGIN = shanghaiInstant(addDays(TO, 1), 8, 6);
const MAX_STEPS = 400;

/** What WeChat has, and how it misbehaves while it is asked. */
interface History {
  readonly days: number;
  /** How many days before `TO` the account was born; its days have numbers from then on. */
  readonly age: number;
  /** Days before `TO` that WeChat has nothing of. */
  readonly lacking: readonly number[];
  /** By days before `TO` (0–2): hours after that day from which its row is there. */
  readonly readyAfter: readonly number[];
  /** One per call, then none: what goes wrong with it. */
  readonly faults: readonly Fault[];
  /** What WeChat changes later, by days before `TO`: another number, or one where there was none. */
  readonly corrected?: ReadonlyMap<number, number>;
}

type Fault = 'none' | 'partial' | 'empty' | 'text' | 'object' | 'outside' | 'twice' | '61503' | '-1' | 'timeout';

const history = fc.record<History>({
  days: fc.integer({ min: 1, max: 260 }),
  age: fc.integer({ min: 0, max: 300 }),
  lacking: fc.uniqueArray(fc.integer({ min: 0, max: 260 }), { maxLength: 12 }),
  readyAfter: fc.array(fc.integer({ min: 8, max: 24 * 3 + 8 }), { minLength: 3, maxLength: 3 }),
  faults: fc.array(
    fc.constantFrom<Fault>(
      'none',
      'none',
      'none',
      'text',
      'object',
      'outside',
      'twice',
      '61503',
      '-1',
      'timeout',
      'partial',
    ),
    { maxLength: 25 },
  ),
  corrected: fc
    .array(fc.tuple(fc.integer({ min: 0, max: 260 }), fc.integer({ min: 0, max: 9 })), { maxLength: 6 })
    .map((changes) => new Map(changes)),
});

/** WeChat, the facts and one task, on a clock that leaps from one attempt to the next. */
class Replay {
  readonly facts = new FakeFacts();
  readonly calls: DayRange[] = [];
  now = BEGIN;
  task: HeldTask;
  state: TaskUpdate['state'] = 'planned';
  isCorrected = false;
  because: string | null = null;
  private readonly planner: RoundPlanner;

  constructor(
    private readonly history: History,
    more: Partial<HeldTask> = {},
  ) {
    this.task = {
      ...{
        id: 1,
        lane: LANE.bulk,
        version: 0,
        owner: 'turn-1',
        ...{ accountId: 1, appid: 'wx1', platformId: 'plt_1', dataFrom: null },
        from: addDays(TO, 1 - history.days),
        to: TO,
        refetch: false,
      },
      ...{ cursor: null, attempts: 0, createdAt: BEGIN, ignoreBefore: false, passes: 0, unclearDays: 0 },
      ...{ emptyWindows: 0, emptyTo: null, ...more },
    };
    const gates = () => new Map([[1, { account: this.account(), verdict: { open: true }, pause: null }]]);
    const reads = {
      of: async (wishes: RoundWish[]) => ({
        coverage: await this.facts.read(
          wishes.flatMap(({ id, ahead }) => (ahead ? [{ accountId: id, ...ahead }] : [])),
        ),
        gates: gates(),
      }),
    };
    this.planner = new RoundPlanner(
      reads as unknown as RoundReads,
      { read: () => Promise.resolve(gates()) } as unknown as AccountGates,
      this.facts as unknown as CoverageRepository,
      new FetchingConfig(),
      { ofDay: () => Promise.resolve({ verdicts: () => new Map() }) } as unknown as Budgets,
    );
  }

  /** Until the task is over. */
  async run(): Promise<void> {
    for (let step = 0; this.state !== 'done'; step++) {
      if (step > MAX_STEPS || this.state === 'failed') throw new Error(`${this.state} after ${step} steps`);
      const { tasks, asks, updates } = await this.planner.plan([this.task], this.now);
      const asked = asks.map((ask) => ({ ...ask, outcome: this.answer(ask.window) }));
      const written = [...updates, ...asked.map((one) => afterWindow(one, this.now, 0.5))];
      this.facts.store(roundOf(tasks, asked, written), this.now);
      const [update] = written;
      if (!update || written.length !== 1) throw new Error('a task moves once a round');
      const { attempts, from, cursor, passes, unclearDays, emptyWindows, emptyTo } = update;
      this.task = { ...tasks[0]!, attempts, from, cursor, passes, unclearDays, emptyWindows, emptyTo };
      [this.state, this.because] = [update.state, update.because];
      this.now = new Date(Math.max(this.now.getTime() + 1_000, update.nextAttemptAt.getTime()));
    }
  }

  /** Ten days later, after WeChat's corrections, all days are asked once more, the probe of older ones being due, and nothing goes wrong. */
  async askAgain(): Promise<void> {
    this.now = new Date(this.now.getTime() + 10 * 86_400_000);
    this.isCorrected = true;
    this.calls.push(...this.history.faults.map(() => ({ from: TO, to: TO })));
    const from = addDays(TO, 1 - this.history.days);
    this.task = { ...this.task, from, refetch: true, createdAt: this.now, passes: 0, unclearDays: 0 };
    this.task = { ...this.task, ignoreBefore: true };
    this.state = 'planned';
    await this.run();
  }

  /** WeChat's number of a day at a time; null when it has none, or not yet. */
  truth(day: ShanghaiDate, at: Date | null): number | null {
    const back = daysBetween(day, TO);
    const corrected = this.isCorrected && back <= this.history.age ? this.history.corrected?.get(back) : undefined;
    if (corrected !== undefined) return corrected;
    if (back < 0 || back > this.history.age || this.history.lacking.includes(back)) return null;
    const ready = new Date(
      shanghaiInstant(addDays(day, 1)).getTime() + (this.history.readyAfter[back] ?? 8) * 3_600_000,
    );
    return at !== null && at < ready ? null : 1_000 - back;
  }

  private answer(window: DayRange): Parameters<typeof afterWindow>[0]['outcome'] {
    const fault = this.history.faults[this.calls.length] ?? 'none';
    this.calls.push(window);
    const base = { asked: true as const, calledAt: this.now, ms: 1 };
    const error = errorOf(fault);
    if (error) return { ...base, answer: null, error, pause: null };
    return { ...base, answer: readCumulate({ list: this.list(window, fault) }, window), error: null, pause: null };
  }

  private list(window: DayRange, fault: Fault): unknown {
    const rows = eachDay(window.from, window.to).flatMap((day) => {
      const users = this.truth(day, this.now);
      return users === null ? [] : [{ ref_date: day, cumulate_user: users }];
    });
    const [first, ...rest] = rows;
    if (fault === 'object') return {};
    if (fault === 'outside') return [...rows, { ref_date: addDays(window.to, 1), cumulate_user: 1 }];
    if (!first) return rows;
    if (fault === 'partial') return rest;
    if (fault === 'text') return [{ ...first, cumulate_user: '7' }, ...rest];
    if (fault === 'twice') return [...rows.toReversed(), { ...first, cumulate_user: 7 }];
    return rows;
  }

  private account(): FetchableAccount {
    return { id: 1, appid: 'wx1', gate: OPEN, dataFrom: this.facts.dataFrom } as unknown as FetchableAccount;
  }
}

function errorOf(fault: Fault): Error | null {
  if (fault === 'timeout') return new WechatTransportError('timeout', 'getusercumulate');
  return fault === '61503' || fault === '-1'
    ? new WechatApiError('getusercumulate', 'authorizer', Number(fault), 'm')
    : null;
}

describe('a history replayed', () => {
  it('ends with what WeChat has, in few calls', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const replay = new Replay(past);
        await replay.run();
        const { facts, now, calls } = replay;
        const from = addDays(TO, 1 - past.days);
        const states = eachDay(from, TO).map((day) => [day, facts.stateOf(day), replay.truth(day, now)] as const);
        for (const [day, state, users] of states) {
          if (state === 'value') expect([day, facts.valueOf(day)]).toEqual([day, users]);
        }
        const unclear = states.filter(([, state]) => state === 'unknown');
        expect(unclear).toHaveLength(replay.task.unclearDays);
        expect(replay.because).toBe(unclear.length > 0 ? 'days_unclear' : 'asked');
        const spoilt = past.faults.slice(0, calls.length).filter((fault) => fault !== 'none').length;
        if (spoilt === 0) expect(unclear).toEqual([]);
        // A value may be taken for none only where WeChat twice left it out.
        const denied = states.filter(([, state, users]) => ['absent', 'before'].includes(state) && users !== null);
        expect(denied.length).toBeLessThanOrEqual(Math.floor(past.faults.filter((f) => f === 'partial').length / 2));
        const windows = Math.ceil(past.days / 7);
        const missing = states.filter(([, , users]) => users === null).length;
        const lateAsks = 3 * 9 + 3;
        expect(calls.length).toBeLessThanOrEqual(windows + 3 * Math.min(windows, missing) + 3 * spoilt + lateAsks);
        if (missing === 0 && spoilt === 0 && past.readyAfter.every((hours) => hours === 8))
          expect(calls).toHaveLength(windows);
      }),
      { numRuns: 250 },
    );
  }, 30_000);

  it('ends with what WeChat has after corrections, too: absent days appear, values stay values', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const replay = new Replay(past);
        await replay.run();
        const before = new Map([...replay.facts.rows].map(([day, { state }]) => [day, state]));
        await replay.askAgain();
        const days = eachDay(addDays(TO, 1 - past.days), TO);
        const hasNone = days.every((day) => replay.facts.stateOf(day) === 'before');
        expect(replay.because).toBe(hasNone ? 'before_data' : 'asked');
        for (const day of days) {
          const users = replay.truth(day, null);
          const state = replay.facts.stateOf(day);
          if (state === 'value' || users !== null) expect([day, replay.facts.valueOf(day)]).toEqual([day, users]);
          else expect(['absent', 'before']).toContain(state);
          if (state !== 'before')
            expect(replay.facts.rows.get(day)?.state ?? 0).toBeGreaterThanOrEqual(before.get(day) ?? 0);
        }
      }),
      { numRuns: 120 },
    );
  }, 30_000);

  it('stops eight empty windows below the first day, whatever is asked', async () => {
    const past: History = { days: 3_000, age: 400, lacking: [], readyAfter: [8, 8, 8], faults: [] };
    const replay = new Replay(past);
    await replay.run();
    expect(replay.facts.dataFrom).toBe(addDays(TO, -400));
    // The days around the first one, 7 of an empty window and 5 of a mixed one, are asked for a second answer.
    expect(replay.calls).toHaveLength(Math.ceil(401 / 7) + 8 + 2);
    expect(replay.facts.rows.size).toBe(401);
    expect(replay.facts.stateOf(addDays(TO, -401))).toBe('before');
    expect(replay.facts.misses.size).toBe(0);
    expect(replay.because).toBe('asked');
  });

  it('tells an account that has no data at all from one whose days are late', async () => {
    const replay = new Replay({ days: 3_000, age: -1, lacking: [], readyAfter: [8, 8, 8], faults: [] });
    await replay.run();
    // Yesterday's window has late days, so it is not of the run; those days end absent, too.
    expect(replay.facts.dataFrom).toBe(addDays(TO, -6));
    expect(eachDay(addDays(TO, -6), TO).map((day) => replay.facts.stateOf(day))).toEqual(Array(7).fill('absent'));
    expect(daysBetween(TO, shanghaiDay(replay.now))).toBe(4);
  });

  it('asks a probe eight windows before the first day, once, and misses nothing there', async () => {
    const past: History = { days: 30, age: 20, lacking: [], readyAfter: [8, 8, 8], faults: [] };
    const probe = new Replay(past, { from: addDays(TO, -2_000), to: addDays(TO, -21), ignoreBefore: true });
    probe.facts.dataFrom = addDays(TO, -20);
    probe.facts.probeAt = BEGIN;
    await probe.run();
    expect([probe.calls.length, probe.facts.misses.size, probe.facts.dataFrom]).toEqual([8, 0, addDays(TO, -20)]);
    expect(probe.facts.probeAt).toBeNull();
  });

  it('moves the first day back to what a probe finds, and asks the days between for a second answer', async () => {
    const past: History = { days: 30, age: 40, lacking: [25], readyAfter: [8, 8, 8], faults: [] };
    const probe = new Replay(past, { from: addDays(TO, -2_000), to: addDays(TO, -21), ignoreBefore: true });
    probe.facts.dataFrom = addDays(TO, -20);
    probe.facts.probeAt = BEGIN;
    await probe.run();
    expect(probe.facts.dataFrom).toBe(addDays(TO, -40));
    expect(probe.facts.stateOf(addDays(TO, -25))).toBe('absent');
    expect(probe.facts.stateOf(addDays(TO, -40))).toBe('value');
    expect(probe.facts.probeAt > probe.now).toBe(true);
  });

  it('asks stored days again in a re-fetch once, and what another re-fetch asked meanwhile not at all', async () => {
    const past: History = { days: 70, age: 300, lacking: [20], readyAfter: [8, 8, 8], faults: [] };
    const replay = new Replay(past, { refetch: true });
    const earlier = { state: DAY_STATE.value, users: 5, at: new Date(BEGIN.getTime() - 1) };
    for (const day of eachDay(addDays(TO, -69), TO)) replay.facts.rows.set(day, earlier);
    for (const day of eachDay(addDays(TO, -69), addDays(TO, -35)))
      replay.facts.rows.set(day, { state: DAY_STATE.value, users: replay.truth(day, null)!, at: BEGIN });
    await replay.run();
    expect(replay.calls).toHaveLength(5);
    expect(replay.facts.valueOf(addDays(TO, -20))).toBe(5);
    expect(replay.facts.valueOf(addDays(TO, -21))).toBe(1_000 - 21);
  });

  it('waits for yesterday before 08:00 without a call for it', async () => {
    const replay = new Replay({ days: 1, age: 300, lacking: [], readyAfter: [8, 8, 8], faults: [] });
    replay.now = shanghaiInstant(addDays(TO, 1), 6);
    expect(latestDay(replay.now)).toBe(addDays(TO, -1));
    await replay.run();
    expect([replay.calls.length, replay.facts.stateOf(TO)]).toEqual([1, 'value']);
  });
});
