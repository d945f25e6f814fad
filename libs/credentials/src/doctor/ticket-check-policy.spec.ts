import { brief } from '../testing/findings';
import { signatureFinding, ticketFinding, type RefusedPushes } from './ticket-check-policy';

const NOW = new Date('2026-01-15T02:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

describe('ticketFinding', () => {
  it.each<[string, number | null, number, number, string]>([
    ['in rhythm', 5 * MINUTE, 18, 48 * HOUR, 'ticket_ok ok'],
    ['one or two lost', 5 * MINUTE, 13, 48 * HOUR, 'ticket_ok ok'],
    ['many lost', 5 * MINUTE, 11, 48 * HOUR, 'ticket_gaps notice'],
    ['a new platform', 5 * MINUTE, 1, 15 * MINUTE, 'ticket_ok ok'],
    ['half an hour late', 30 * MINUTE, 15, 48 * HOUR, 'ticket_late warning'],
    ['just not late', 30 * MINUTE - 1, 15, 48 * HOUR, 'ticket_ok ok'],
    ['four hours left', 8 * HOUR, 0, 48 * HOUR, 'ticket_late warning'],
    ['less left', 8 * HOUR + 1, 0, 48 * HOUR, 'ticket_ends_soon problem'],
    ['the cliff', 12 * HOUR, 0, 48 * HOUR, 'ticket_expired problem'],
    ['none, soon after registering', null, 0, 19 * MINUTE, 'ticket_awaited notice'],
    ['none', null, 0, 20 * MINUTE, 'ticket_missing problem'],
  ])('%s', (_name, age, recent, platformAge, expected) => {
    const facts = { platformSince: ago(platformAge), receivedAt: age === null ? null : ago(age), recent };
    expect(brief(ticketFinding(facts, NOW))).toBe(expected);
  });

  it('gives the figures', () => {
    const facts = { platformSince: ago(48 * HOUR), receivedAt: ago(95 * MINUTE), recent: 9 };
    expect(ticketFinding(facts, NOW).what).toEqual({
      en: 'The newest ticket came 1 h 35 min ago (2026-01-15 08:25 (UTC+8)). 9 in the last 3 h, where WeChat’s rhythm gives 18. It works for 10 h 25 min more.',
      zh: '最新票据于 1 小时 35 分钟前(2026-01-15 08:25 (UTC+8))收到。最近 3 小时共收到 9 个，按微信的节奏应为 18 个。该票据还可使用 10 小时 25 分钟。',
    });
  });
});

describe('signatureFinding', () => {
  const refusal = (lastAgo: number, reason = 'signature_mismatch'): RefusedPushes => ({
    reason,
    count: 3,
    firstAt: ago(lastAgo),
    lastAt: ago(lastAgo),
  });
  it.each<[string, RefusedPushes[], number | null, string]>([
    ['none', [], 5 * MINUTE, 'push_signatures_ok ok'],
    ['before the newest ticket', [refusal(10 * MINUTE)], 5 * MINUTE, 'push_signatures_past notice'],
    ['since, and no ticket is due', [refusal(MINUTE)], 5 * MINUTE, 'push_signatures_mismatch warning'],
    ['since, and the ticket is overdue', [refusal(MINUTE)], 16 * MINUTE, 'push_signatures_mismatch problem'],
    ['never a ticket', [refusal(MINUTE)], null, 'push_signatures_mismatch problem'],
    ['signed with our token', [refusal(MINUTE, 'padding_invalid')], 5 * MINUTE, 'push_signatures_aes_key problem'],
    [
      'the newest counts',
      [refusal(MINUTE), refusal(9 * MINUTE, 'padding_invalid')],
      5 * MINUTE,
      'push_signatures_mismatch warning',
    ],
  ])('%s', (_name, refused, ticketAge, expected) => {
    const ticketAt = ticketAge === null ? null : ago(ticketAge);
    expect(brief(signatureFinding(refused, ticketAt, NOW))).toBe(expected);
  });
});
