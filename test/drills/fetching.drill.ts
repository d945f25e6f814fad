import { randomInt } from 'node:crypto';
import {
  compareRevisions,
  compareWithTruth,
  correct,
  countCalls,
  strandedTasks,
  type Correction,
} from '../support/fetching/fetching-checks';
import { FetchingWorld } from '../support/fetching/fetching-world';
import { Mishaps, planMishaps } from '../support/fetching/mishaps';
import { printFigure } from '../support/figures';
import { until } from '../support/processes';
import { Chance } from '../support/random';
import { ok } from '../support/tenants';

jest.setTimeout(1_500_000);

const SEED = Number(process.env['DRILL_SEED'] ?? randomInt(2 ** 31));
const ACCOUNTS = Number(process.env['DRILL_ACCOUNTS'] ?? 200);
const MERCHANTS = 20;
const START = '2026-03-10T02:00:00.000Z';
/** Two years, up to the day before the last daily window of the start. */
const RANGE = { from: '2024-03-08', to: '2026-03-09' };
const LAST_MORNING = '2026-03-12';
const DAY_MS = 86_400_000;
/** A minute of WeChat's a second: what waits a minute, or half an hour, goes on within the drill. */
const SPEED = 60;
const WORKERS = 2;
const CORRECTED = 10;
const ENV = {
  WECHAT_TIMEOUT_MS: '2000',
  FETCH_BACKFILL: '0',
  FETCH_DAILY: '1',
  FETCH_DAILY_SPREAD_MINUTES: '10',
  FETCH_BULK_CALLS_A_DAY: '1000',
};
/** Of the windows that are needed, so many calls more may be made for what was lost, late or asked twice. */
const MOST = 1.15;

const daysOf = ({ from, to }: typeof RANGE): number => (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;

/** Two years of 200 accounts and three mornings, while everything around breaks that can. */
describe('fetching', () => {
  const chance = new Chance(SEED);
  const corrections: Correction[] = [];
  let world: FetchingWorld;
  let mishaps: Mishaps;

  beforeAll(async () => {
    world = await FetchingWorld.start({
      now: START,
      accounts: Array<number>(MERCHANTS).fill(ACCOUNTS / MERCHANTS),
      env: ENV,
    });
    mishaps = new Mishaps(world, chance);
    await mishaps.startWorkers(WORKERS);
    await world.system.sandbox.forgetCalls();
  }, 300_000);
  afterAll(() => (world as FetchingWorld | undefined)?.stop());

  const total = ACCOUNTS * daysOf(RANGE);

  /** Patient with a database that is being restarted. */
  const look = <T>(what: string, read: () => Promise<T | null | false>, ms: number): Promise<T> =>
    until(what, () => read().catch(() => null), ms);

  const morning = async (date: string): Promise<void> => {
    const yesterday = new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);
    const corrected = world.accounts.filter(() => chance.next() < CORRECTED / ACCOUNTS);
    const corrigible = new Date(Date.parse(date) - (3 + chance.below(3)) * DAY_MS).toISOString().slice(0, 10);
    corrections.push(...(await correct(world, corrected, corrigible, 1 + chance.below(9))));
    await world.system.sandbox.setClock(`${date}T00:05:30.000Z`, SPEED);
    await look(
      `every account has ${yesterday}`,
      async () => {
        const [row] = await world.select<{ n: number }>(
          'SELECT COUNT(*) AS n FROM daily_cumulate WHERE ref_date = ? AND state = 2',
          [yesterday],
        );
        return row!.n === ACCOUNTS;
      },
      240_000,
    );
  };

  it('stores every day once and true, whatever happens', async () => {
    process.stdout.write(`fetching: seed ${SEED}, accounts ${ACCOUNTS}\n`);
    const plan = planMishaps(chance);
    const began = performance.now();
    await world.system.sandbox.setClock(START, SPEED);
    ok(await world.provider.admin.post('/api/v1/fetches', { scope: { provider: world.provider.id }, ...RANGE }), 202);
    for (const [n, mishap] of plan.entries()) {
      const share = (n + 1) / (plan.length + 2);
      await look(
        `${Math.round(share * 100)} % are stored`,
        async () => (await world.storedDays()) >= share * total,
        240_000,
      );
      await mishaps.happen(mishap);
    }
    await look('the two years are stored', async () => (await world.storedDays()) >= total, 300_000);
    const seconds = (performance.now() - began) / 1_000;
    for (let day = '2026-03-11'; day <= LAST_MORNING; day = next(day)) await morning(day);
    await world.system.sandbox.control('DELETE', 'faults');
    await morning(next(LAST_MORNING));
    await look(
      'nothing is under way',
      async () =>
        (await world.select<{ n: number }>('SELECT COUNT(*) AS n FROM fetch_task WHERE in_flight IS NOT NULL'))[0]!
          .n === 0,
      120_000,
    );
    await report(seconds);
  });

  async function report(seconds: number): Promise<void> {
    const range = { from: RANGE.from, to: LAST_MORNING };
    const truth = await compareWithTruth(world, range);
    const revisions = await compareRevisions(world, corrections);
    const calls = await countCalls(world);
    const stranded = await strandedTasks(world);
    const needed = ACCOUNTS * (Math.ceil(daysOf(RANGE) / 7) + 3);
    const most = MOST * needed + calls.failed;
    const figures = {
      'days-lost-or-wrong': [
        truth.missing + truth.wrong + truth.tooMany,
        0,
        { of: truth.days, examples: truth.examples },
      ],
      'revisions-lost-or-invented': [revisions.lost + revisions.invented, 0, { corrections: corrections.length }],
      'tasks-stranded': [stranded, 0, {}],
      calls: [calls.all, most, { needed, failed: calls.failed, over: (calls.all - calls.failed) / needed }],
    } as const;
    for (const [name, [value, limit, more]] of Object.entries(figures))
      printFigure({ name: `fetching-${name}`, value, unit: name, ok: value <= limit, most: limit, ...more });
    const happened = Object.fromEntries(mishaps.counts);
    printFigure({ name: 'fetching-backfill-seconds', value: seconds, unit: 's', ok: null, seed: SEED, happened });
    for (const [value, limit] of Object.values(figures)) expect(value).toBeLessThanOrEqual(limit);
  }
});

function next(date: string): string {
  return new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
}
