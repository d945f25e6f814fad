import { AppError } from '@app/kernel';
import { brief } from '../testing/findings';
import { judged, notChecked, worstLevel, type FindingLevel } from './finding';
import { gathered } from './gather';
import { beijing, said, span } from './wording';

describe('worstLevel', () => {
  it.each<[FindingLevel[], FindingLevel]>([
    [[], 'ok'],
    [['ok', 'notice', 'ok'], 'notice'],
    [['notice', 'unknown'], 'unknown'],
    [['unknown', 'warning'], 'warning'],
    [['problem', 'warning', 'ok'], 'problem'],
  ])('of %j is %s', (levels, worst) => {
    expect(worstLevel(levels.map((level) => ({ level })))).toBe(worst);
  });
});

describe('gathered', () => {
  const reported: unknown[] = [];
  const gather = (work: () => Promise<unknown>) => gathered(work, 50, (error) => reported.push(error));
  beforeEach(() => (reported.length = 0));

  it('gives the fact', async () => {
    expect(await gather(() => Promise.resolve(7))).toEqual({ known: true, value: 7 });
  });

  it('gives up on what takes too long, and drops what comes of it later', async () => {
    const late = new Promise((_, reject) => setTimeout(reject, 80, new Error('late')));
    expect(await gather(() => late)).toMatchObject({ known: false, because: { en: 'it took too long.' } });
    await new Promise((resolve) => setTimeout(resolve, 60));
  });

  it('tells an error made for people, and nothing of any other', async () => {
    const message = said('No ticket.', '没有票据。');
    const known = () => Promise.reject(new AppError('unavailable', 'ticket_missing', { message }));
    expect(await gather(known)).toEqual({ known: false, because: message });
    expect(reported).toEqual([]);
    const odd = await gather(() => Promise.reject(new Error('secret=hush')));
    expect(JSON.stringify(odd)).not.toContain('hush');
    expect(reported).toHaveLength(1);
    const thrown = await gather(() => {
      throw new Error('at once');
    });
    expect(thrown.known).toBe(false);
  });

  it('becomes a finding of its own, never ok', () => {
    const because = said('It took too long.', '耗时过长。');
    expect(brief(judged('ticket', { known: false, because }, () => notChecked('clock', because)))).toBe(
      'ticket_not_checked unknown',
    );
  });
});

describe('wording', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_540_000, '59 min'],
    [3_600_000, '1 h'],
    [5_700_000, '1 h 35 min'],
    [172_800_000, '2 days'],
  ])('%i ms is %s', (ms, text) => {
    expect(span(ms).en).toBe(text);
  });

  it('writes instants in Beijing’s time', () => {
    expect(beijing(new Date('2026-01-15T16:30:00Z'))).toBe('2026-01-16 00:30 (UTC+8)');
  });
});
