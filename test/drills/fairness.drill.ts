import { FetchingWorld, type Owned } from '../support/fetching/fetching-world';
import { printFigure } from '../support/figures';
import { until } from '../support/processes';
import { ok } from '../support/tenants';

jest.setTimeout(900_000);

const BIG = Number(process.env['DRILL_ACCOUNTS'] ?? 2_000);
const SMALL_MERCHANTS = 20;
const START = '2026-03-10T02:00:00.000Z';
/** Eleven years: 2,000 accounts cannot finish them within the drill. */
const ALL_DAYS = { from: '2014-12-01', to: '2025-12-31' };
const LATENCY_MS = 50;
const RATE_MS = 15_000;
const ENV = {
  FETCH_BACKFILL: '0',
  FETCH_DAILY: '1',
  FETCH_DAILY_SPREAD_MINUTES: '0',
  FETCH_BULK_CALLS_A_DAY: '100000',
};

/** One window each, never asked before. */
const windowOf = (n: number): { from: string; to: string } => ({ from: `2026-0${n}-01`, to: `2026-0${n}-07` });
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** One merchant asks for more than can be done; twenty others ask for a week each. */
describe('fairness', () => {
  let world: FetchingWorld;
  let small: readonly Owned[];
  let big: string;

  beforeAll(async () => {
    world = await FetchingWorld.start({
      now: START,
      accounts: [BIG, ...Array<number>(SMALL_MERCHANTS).fill(1)],
      env: ENV,
    });
    await world.system.startWorker();
    big = world.accounts[0]!.merchant;
    small = world.accounts.slice(BIG);
    await world.system.sandbox.faults({ latencyMs: LATENCY_MS, faultPath: 'datacube' });
  }, 300_000);
  afterAll(() => (world as FetchingWorld | undefined)?.stop());

  const ask = async (merchant: string, range: { from: string; to: string }): Promise<string> =>
    ok(await world.provider.admin.post('/api/v1/fetches', { scope: { merchant }, ...range }), 202).id as string;

  /** From the request to the end of its task, in ms. */
  const timed = async ({ merchant }: Owned, range: { from: string; to: string }): Promise<number> => {
    const began = performance.now();
    const id = await ask(merchant, range);
    await until(
      'the window is stored',
      async () =>
        (await world.select("SELECT 1 FROM fetch_task WHERE fetch_id = ? AND state = 'done'", [id])).length === 1,
      120_000,
    );
    return performance.now() - began;
  };

  const bigWindows = async (): Promise<number> =>
    (await world.select<{ n: number }>('SELECT SUM(calls) AS n FROM fetch_task WHERE turn_key = ?', [big]))[0]!.n;
  /** The big merchant's windows a second while something else goes on. */
  const bigRate = async (meanwhile: () => Promise<unknown>): Promise<number> => {
    const [before, began] = [await bigWindows(), performance.now()];
    await meanwhile();
    await new Promise((over) => setTimeout(over, Math.max(0, began + RATE_MS - performance.now())));
    return ((await bigWindows()) - before) / ((performance.now() - began) / 1_000);
  };

  /** From 08:05 on to the last of the small merchants' yesterdays, in ms. */
  const morning = async (date: string, yesterday: string): Promise<number> => {
    await world.system.sandbox.setClock(`${date}T00:04:56.000Z`);
    await new Promise((followed) => setTimeout(followed, 1_000));
    // The last ticket is a day old now, and the next one would come ten minutes later.
    await world.system.sandbox.control('POST', 'push', { component_appid: world.provider.platform.appid });
    const began = performance.now();
    await until(
      'yesterday is stored for the small merchants',
      async () => {
        const [row] = await world.select<{ n: number }>(
          'SELECT COUNT(*) AS n FROM daily_cumulate WHERE ref_date = ? AND account_id IN (?) AND state = 2',
          [yesterday, small.map(({ id }) => id)],
        );
        return row!.n === small.length;
      },
      180_000,
    );
    const ms = performance.now() - began;
    // A day passed, and the session with it.
    await world.provider.admin.login(world.provider.email, world.provider.password);
    return ms;
  };

  it('lets nobody wait for somebody else’s years', async () => {
    const idle: number[] = [];
    for (const account of small) idle.push(await timed(account, windowOf(1)));
    const idleMorning = await morning('2026-03-11', '2026-03-10');
    await ask(big, ALL_DAYS);
    await new Promise((warm) => setTimeout(warm, 10_000));
    const alone = await bigRate(() => Promise.resolve());
    let asked: number[] = [];
    const shared = await bigRate(async () => {
      asked = await Promise.all(small.map((account) => timed(account, windowOf(2))));
    });
    const busyMorning = await morning('2026-03-12', '2026-03-11');
    const slowest = Math.max(...asked);
    const figures = [
      {
        name: 'fairness-slowest',
        value: slowest,
        unit: 'ms',
        baseline: median(idle),
        ratio: slowest / median(idle),
        most: 5,
      },
      {
        name: 'fairness-big-rate',
        value: shared,
        unit: 'windows/s',
        baseline: alone,
        ratio: alone / shared,
        most: 1 / 0.8,
      },
      {
        ...{ name: 'fairness-morning', value: busyMorning, unit: 'ms' },
        ...{ baseline: idleMorning, ratio: busyMorning / idleMorning, most: 2 },
      },
    ];
    for (const { most, ...figure } of figures) printFigure({ ...figure, ok: figure.ratio <= most, most });
    for (const { ratio, most } of figures) expect(ratio).toBeLessThanOrEqual(most);
  });
});
