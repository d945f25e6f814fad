import { allCases } from './order-cases';
import { OrderChecks } from './order-checks';
import { playWave, ready } from './order-play';
import { OrderWorld } from './order-world';

/** By wave: WeChat's time between two acts, in seconds: all at once, quickly one after another, and slowly. Each has a quarter of the cases. */
const HALF_STEPS = [0, 1, 20, 65];
const WAVE_MS = 1_800_000;
const START = Date.parse('2026-01-15T02:00:00.000Z');
/** 6,144 cases take about a million statements; what a case does, and how it is judged, is in test/support/orders. */
const WAVE_TIMEOUT_MS = 900_000;

/** On a quiet machine none is: more would be a fault of reading itself, which the job hides. */
const MADE_UP_MOST = 0.01;

const cases = allCases(HALF_STEPS.length);

/** Plays some of the waves. Two files share them out, so that two processes can work on them. */
export function playOrders(waves: readonly number[]): void {
  describe('redirect, authorized, updateauthorized and unauthorized, each once, twice, late or lost, in every order', () => {
    const own = cases.filter((one) => waves.includes(one.wave));
    let world: OrderWorld;
    let checks: OrderChecks;
    let played = 0;
    let exchanges = 0;
    let seconds = 0;
    let madeUp = 0;

    beforeAll(async () => {
      world = await OrderWorld.start(new Date(START).toISOString());
      checks = new OrderChecks(world);
    }, 60_000);
    afterAll(() => world.close());

    it.each(waves.map((n) => [HALF_STEPS[n]!, n] as const))(
      'lead to the truth when acts are %i s apart',
      async (halfStep, n) => {
        const began = performance.now();
        const wave = own.filter((one) => one.wave === n).map(ready);
        await playWave(world, wave, new Date(START + (n + 1) * WAVE_MS), halfStep * 1_000);
        // On a busy machine a call may fail: the job that makes up for it is part of the product.
        madeUp += await world.makeUpReads();
        await checks.checkTold(wave);
        exchanges += await checks.checkCalls(wave);
        await checks.checkReconciled(wave);
        await world.sandbox.forgetCalls();
        seconds += (performance.now() - began) / 1_000;
        played += wave.length;
        expect(checks.takeFailures()).toEqual([]);
      },
      WAVE_TIMEOUT_MS,
    );

    it('were all cases of these waves, of 6,144', () => {
      process.stdout.write(
        `authorization orders: waves ${waves.join()}, cases ${played} of ${cases.length}, assertions ${checks.assertions}, ` +
          `exchanges ${exchanges}, reads made up ${madeUp}, seconds ${seconds.toFixed(1)}\n`,
      );
      expect([played, cases.length]).toEqual([own.length, 6_144]);
      expect(madeUp).toBeLessThanOrEqual(exchanges * MADE_UP_MOST);
    });
  });
}
