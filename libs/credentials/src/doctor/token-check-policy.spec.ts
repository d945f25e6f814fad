import { brief } from '../testing/findings';
import { tokenFinding, type TokenFacts } from './token-check-policy';
import { said } from './wording';

const NOW = new Date('2026-01-15T02:00:00Z');
const at = (ms: number): Date => new Date(NOW.getTime() + ms);
const good: TokenFacts = {
  issuedAt: at(-1_800_000),
  expiresAt: at(5_400_000),
  retryAt: null,
  boughtToday: 12,
  got: { ok: true },
  refused: null,
};
const text = said('WeChat refused.', '微信拒绝。');
const not = (code: string): TokenFacts['got'] => ({ ok: false, code, text });

describe('tokenFinding', () => {
  it.each<[string, Partial<TokenFacts>, string]>([
    ['had', {}, 'component_token_ok ok'],
    ['had, of unknown age', { issuedAt: null }, 'component_token_ok ok'],
    ['too many', { boughtToday: 100 }, 'component_token_many warning'],
    ['nearly all', { boughtToday: 8_000 }, 'component_token_nearly_used_up problem'],
    ['refused', { refused: { errcode: 40001, text, rid: null, address: null } }, 'component_token_refused warning'],
    ['no ticket', { got: not('ticket_missing') }, 'component_token_no_ticket problem'],
    ['cooling down', { got: not('token_cooling_down'), retryAt: at(40_000) }, 'component_token_cooling_down problem'],
    ['refused a while ago', { got: not('wechat_40125'), retryAt: at(-1) }, 'component_token_not_had problem'],
  ])('%s', (_name, change, expected) => {
    expect(brief(tokenFinding({ ...good, ...change }, NOW))).toBe(expected);
  });

  it('gives age, rest, count and the end of a cool-down', () => {
    expect(tokenFinding(good, NOW).what.en).toBe(
      'A token is stored, 30 min old, good for 1 h 30 min. 12 of 10,000 bought today.',
    );
    const cooling = { ...good, got: not('token_cooling_down'), retryAt: at(40_000) };
    expect(tokenFinding(cooling, NOW).what.en).toContain('asked again in 40 s (2026-01-15 10:00 (UTC+8))');
  });
});
