import { rivalFacts, type Clues } from './rival-policy';

const NOW = new Date('2026-01-15T02:00:00Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const known = <T>(value: T) => ({ known: true, value }) as const;
const unknown = { known: false, because: { en: 'x', zh: 'x' } } as const;
const tickets = (minutes: number | null, since = ago(6_000)) =>
  known({ platformSince: since, receivedAt: minutes === null ? null : ago(minutes), recent: 1 });

const clues: Clues = {
  platformSince: ago(6_000),
  counters: { today: new Map([['component_token_bought', 7]]), resetsThisMonth: 0, isWholeDay: true },
  tickets: tickets(40),
  refusals: known([]),
  probe: known({ result: { kind: 'state', state: 'was_running', ms: 1 } }),
  callback: known({
    url: '',
    inInbox: true,
    result: { answered: true, status: 200, ms: 1, bytes: 7, isSuccess: true },
  }),
  quota: known({ calls: [{ call: 'api_component_token', dailyLimit: 10_000, used: 9, remain: 9_991 }], refused: null }),
};
const elsewhere = (change: Partial<Clues>) => rivalFacts({ ...clues, ...change }, NOW).facts.ticketsGoElsewhere;

describe('rivalFacts', () => {
  it('sees that tickets go elsewhere when all on our side is well', () => {
    expect(elsewhere({})).toBe(true);
    expect(elsewhere({ tickets: tickets(null) })).toBe(true);
  });

  it.each<[string, Partial<Clues>]>([
    ['tickets come', { tickets: tickets(29) }],
    ['the platform is new', { tickets: tickets(null, ago(20)) }],
    ['tickets were stopped', { probe: known({ result: { kind: 'state', state: 'was_stopped', ms: 1 } }) }],
    ['WeChat did not say', { probe: unknown }],
    ['our callback does not work', { callback: known({ url: '', inInbox: false, result: clues.callback as never }) }],
    ['pushes were refused since', { refusals: known([{ reason: 'x', count: 1, firstAt: ago(9), lastAt: ago(5) }]) }],
  ])('does not say so when %s', (_name, change) => {
    expect(elsewhere(change)).toBe(false);
  });

  it('still says so when a push was refused before the newest ticket', () => {
    const refusals = known([{ reason: 'x', count: 1, firstAt: ago(90), lastAt: ago(50) }]);
    expect(elsewhere({ refusals })).toBe(true);
  });

  it('compares purchases only when ours were counted all day', () => {
    const bought = (change: Partial<Clues>) => rivalFacts({ ...clues, ...change }, NOW).facts.boughtToday;
    const counters = { ...clues.counters, isWholeDay: false };
    expect(bought({})).toBe(7);
    expect(bought({ counters })).toBeNull();
    // 10:00 in Beijing: the day is 600 minutes old.
    expect(bought({ counters, platformSince: ago(601) })).toBeNull();
    expect(bought({ counters, platformSince: ago(600) })).toBe(7);
    expect(bought({ counters: { ...counters, today: new Map() }, platformSince: ago(1) })).toBe(0);
  });

  it('is whole only when nothing that counts is missing', () => {
    const whole = (change: Partial<Clues>) => rivalFacts({ ...clues, ...change }, NOW).isWhole;
    expect(whole({})).toBe(true);
    expect(whole({ quota: unknown })).toBe(false);
    expect(whole({ tickets: unknown })).toBe(false);
    expect(whole({ probe: unknown })).toBe(false);
    expect(whole({ callback: unknown })).toBe(false);
    expect(whole({ tickets: tickets(1), probe: unknown, callback: unknown })).toBe(true);
  });
});
