import { beijingDay, beijingInstant, dayOf, formatDay, parseDay } from './beijing-day';
import { SandboxClock } from './sandbox-clock';

describe('sandbox clock', () => {
  it('runs at its speed from where it was set', () => {
    let wall = 1_000_000;
    const clock = new SandboxClock(() => wall);
    expect(clock.now()).toBe(1_000_000);
    clock.set({ nowMs: 50_000, speed: 60 });
    wall += 1000;
    expect(clock.now()).toBe(110_000);
    clock.set({ speed: 0 });
    wall += 5000;
    expect(clock.now()).toBe(110_000);
  });

  it('goes on while the process is away', () => {
    let wall = 0;
    const before = new SandboxClock(() => wall);
    before.set({ nowMs: 10_000, speed: 2 });
    wall += 500;
    const after = new SandboxClock(() => wall);
    after.restore(before.save());
    expect(after.now()).toBe(before.now());
  });

  it('tells listeners about a jump', () => {
    const clock = new SandboxClock();
    const heard: number[] = [];
    clock.onSet(() => heard.push(clock.speed));
    clock.set({ speed: 3 });
    expect(heard).toEqual([3]);
  });
});

describe('Beijing days', () => {
  it('change at 16:00 UTC', () => {
    expect(formatDay(beijingDay(Date.parse('2026-03-09T15:59:59.999Z')))).toBe('2026-03-09');
    expect(formatDay(beijingDay(Date.parse('2026-03-09T16:00:00Z')))).toBe('2026-03-10');
    expect(new Date(beijingInstant(dayOf('2026-03-10'), 8)).toISOString()).toBe('2026-03-10T00:00:00.000Z');
  });

  it.each(['2026-02-29', '2026-2-01', '2026-13-01', '20260301', ' 2026-03-01', '2026-03-01T00', '', 5, null])(
    'refuse %p',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );

  it('know leap days and far years', () => {
    expect(formatDay(dayOf('2024-02-29') + 1)).toBe('2024-03-01');
    expect(parseDay('9999-12-31')).toBe(dayOf('9999-12-31'));
  });
});
