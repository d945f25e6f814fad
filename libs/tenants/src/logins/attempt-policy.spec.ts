import { attemptVerdict, counted, loginBuckets, type AttemptRule, type Counter } from './attempt-policy';

const RULE: AttemptRule = { free: 3, drainMs: 60_000, firstWaitMs: 1_000, longestMs: 60_000 };
const T0 = Date.parse('2026-03-10T02:00:00Z');
const at = (ms: number): Date => new Date(T0 + ms);
const EMPTY: Counter = { forgetAt: at(0), blockedUntil: at(0) };

/** Waits after each of so many tries, each as early as it may be. */
function waits(tries: number, rule = RULE): number[] {
  let counter = EMPTY;
  let now = at(0);
  return Array.from({ length: tries }, () => {
    counter = counted(counter, rule, now);
    const wait = Math.max(0, counter.blockedUntil.getTime() - now.getTime());
    now = counter.blockedUntil > now ? counter.blockedUntil : now;
    return wait;
  });
}

it('lets some tries pass, then makes the next ones wait twice as long each time, within a bound', () => {
  expect(waits(9)).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000]);
  expect(Math.max(...waits(1_000))).toBe(60_000);
});

it('forgets one try at a time', () => {
  let counter = EMPTY;
  for (let i = 0; i < 3; i++) counter = counted(counter, RULE, at(0));
  expect(attemptVerdict([counter], at(999))).toEqual({ open: false, until: at(1_000) });
  expect(attemptVerdict([counter], at(1_000))).toEqual({ open: true });
  // Two minutes later two of three are forgotten.
  expect(attemptVerdict([counted(counter, RULE, at(120_000))], at(0))).toEqual({ open: true });
  expect(counter.forgetAt).toEqual(at(180_000));
});

it('asks all buckets, and tells the longest wait', () => {
  const until = (ms: number): Counter => ({ forgetAt: at(0), blockedUntil: at(ms) });
  expect(attemptVerdict([until(5), until(9), until(1)], at(3))).toEqual({ open: false, until: at(9) });
  expect(attemptVerdict([], at(0))).toEqual({ open: true });
});

it('keeps a person apart from what strangers use up', () => {
  const who = { account: 'usr_1', network: '203.0.113.7', knownDevice: null, isNetworkKnown: false };
  const keys = (more: object): string[] => loginBuckets({ ...who, ...more }).map(({ key }) => key.toString('hex'));
  const strangers = keys({ network: '198.51.100.1' });
  const shared = (more: object): number => keys(more).filter((key) => strangers.includes(key)).length;
  expect([shared({}), shared({ isNetworkKnown: true }), shared({ knownDevice: Buffer.alloc(32) })]).toEqual([1, 0, 0]);
  // Behind the same address only the browser tells them apart.
  const near = { network: '198.51.100.1', isNetworkKnown: true };
  expect([shared(near), shared({ ...near, knownDevice: Buffer.alloc(32) })]).toEqual([2, 0]);
});

it('shuts nobody out whose gateway’s clock is a little behind', () => {
  const first = counted(EMPTY, RULE, at(0));
  expect(attemptVerdict([first], at(-400))).toEqual({ open: true });
  expect(attemptVerdict([counted(first, RULE, at(-400))], at(-400))).toEqual({ open: true });
});
