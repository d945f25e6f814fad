import { Secret } from '@app/kernel';
import { OpenedTokens } from './opened-tokens';

const NOW = new Date('2026-01-15T02:00:00.000Z');
const END = new Date(NOW.getTime() + 60_000);
const UNMARKED = 0;
const held = (version: number) => ({ token: new Secret(`t${version}`), version });

describe('OpenedTokens', () => {
  it('forgets the least recently used beyond its limit', () => {
    const tokens = new OpenedTokens(2);
    tokens.put('a', held(1), END, UNMARKED);
    tokens.put('b', held(1), END, UNMARKED);
    tokens.get('a', NOW);
    tokens.put('c', held(1), END, UNMARKED);
    expect(['a', 'b', 'c'].map((key) => tokens.get(key, NOW) !== null)).toEqual([true, false, true]);
  });

  it('holds a token for seconds only, and not beyond its end', () => {
    const tokens = new OpenedTokens();
    const time = jest.spyOn(performance, 'now').mockReturnValue(0);
    tokens.put('a', held(1), END, UNMARKED);
    expect(tokens.get('a', END)).toBeNull();
    tokens.put('a', held(1), END, UNMARKED);
    time.mockReturnValue(5_000);
    expect(tokens.get('a', NOW)).not.toBeNull();
    time.mockReturnValue(5_001);
    expect(tokens.get('a', NOW)).toBeNull();
    time.mockRestore();
  });

  it('does not take a rejected version back, but a newer one', () => {
    const tokens = new OpenedTokens();
    tokens.put('a', held(3), END, UNMARKED);
    tokens.reject('a', 2);
    expect(tokens.get('a', NOW)?.version).toBe(3);
    tokens.reject('a', 3);
    tokens.put('a', held(3), END, UNMARKED);
    expect(tokens.get('a', NOW)).toBeNull();
    tokens.put('a', held(4), END, UNMARKED);
    expect(tokens.get('a', NOW)?.version).toBe(4);
  });

  it('does not put back what was dropped while it was read', () => {
    const tokens = new OpenedTokens();
    const before = tokens.mark();
    tokens.drop('a');
    tokens.put('a', held(1), END, before);
    expect(tokens.get('a', NOW)).toBeNull();
    tokens.put('b', held(1), END, before);
    expect(tokens.get('b', NOW)?.version).toBe(1);
    tokens.put('a', held(2), END, tokens.mark());
    expect(tokens.get('a', NOW)?.version).toBe(2);
  });
});
