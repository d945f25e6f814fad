import { brief } from '../testing/findings';
import { clockFinding } from './clock-policy';

describe('clockFinding', () => {
  it.each<[string, number | null, number[], string]>([
    ['agrees', 400, [], 'clock_ok ok'],
    ['within the margin', 5_499, [], 'clock_ok ok'],
    ['ahead', 5_500, [], 'clock_drifting notice'],
    ['behind', -5_500, [], 'clock_drifting notice'],
    ['a minute', 60_500, [], 'clock_off warning'],
    ['ten minutes', -600_500, [], 'clock_far_off problem'],
    ['the header counts more than slow pushes', 0, [900_000], 'clock_ok ok'],
    ['by pushes', null, [700, 90_000], 'clock_ok ok'],
    ['by the fastest push', null, [-61_000, 90_000], 'clock_off warning'],
    ['nothing to compare with', null, [], 'clock_not_checked unknown'],
  ])('%s', (_name, skewMs, pushDelaysMs, expected) => {
    expect(brief(clockFinding({ skewMs, marginMs: 500, pushDelaysMs }))).toBe(expected);
  });

  it('says which of the two is ahead', () => {
    expect(clockFinding({ skewMs: 90_000, marginMs: 0, pushDelaysMs: [] }).what).toEqual({
      en: 'Our clock is 2 min ahead of WeChat’s, by the Date header.',
      zh: '以 Date 响应头计，我方时钟比微信快 2 分钟。',
    });
    expect(clockFinding({ skewMs: -7_000, marginMs: 0, pushDelaysMs: [] }).what.en).toContain('7 s behind');
  });
});
