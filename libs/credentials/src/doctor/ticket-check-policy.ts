import { TICKET_LIFE_MS, ticketState } from '../tickets/ticket-policy';
import { finding, type Finding } from './finding';
import { beijing, said, span } from './wording';

export interface TicketFacts {
  readonly platformSince: Date;
  readonly receivedAt: Date | null;
  /** Ticket pushes stored since `RHYTHM_MS` ago. */
  readonly recent: number;
}

export const RHYTHM_MS = 3 * 3_600_000;
const EVERY_MS = 600_000;
/** With less left the night shift has no time to mend it. */
const SHORT_MS = 4 * 3_600_000;
const ENOUGH = 0.7;

export function ticketFinding({ platformSince, receivedAt, recent }: TicketFacts, now: Date): Finding {
  const state = ticketState(receivedAt, now);
  if (receivedAt === null || state === 'missing') {
    const ageMs = now.getTime() - platformSince.getTime();
    const what = said('No ticket has arrived yet.', '尚未收到任何票据。');
    if (ageMs < 2 * EVERY_MS) return finding('ticket', 'notice', 'awaited', what, WAIT);
    return finding('ticket', 'problem', 'missing', what, LOOK);
  }
  const age = now.getTime() - receivedAt.getTime();
  const ago = span(age);
  const newest = said(
    `The newest ticket came ${ago.en} ago (${beijing(receivedAt)}).`,
    `最新票据于 ${ago.zh}前(${beijing(receivedAt)})收到。`,
  );
  if (state === 'expired') return finding('ticket', 'problem', 'expired', newest, LOOK);
  const spanMs = Math.min(RHYTHM_MS, now.getTime() - platformSince.getTime());
  const expected = Math.floor(spanMs / EVERY_MS);
  const over = span(spanMs);
  const what = said(
    `${newest.en} ${recent} in the last ${over.en}, where WeChat’s rhythm gives ${expected}.`,
    `${newest.zh}最近 ${over.zh}共收到 ${recent} 个，按微信的节奏应为 ${expected} 个。`,
  );
  if (state === 'late') {
    const left = span(TICKET_LIFE_MS - age);
    const late = said(`${what.en} It works for ${left.en} more.`, `${what.zh}该票据还可使用 ${left.zh}。`);
    return TICKET_LIFE_MS - age < SHORT_MS
      ? finding('ticket', 'problem', 'ends_soon', late, LOOK)
      : finding('ticket', 'warning', 'late', late, LOOK);
  }
  if (recent < Math.floor(expected * ENOUGH)) return finding('ticket', 'notice', 'gaps', what, GAPS);
  return finding('ticket', 'ok', 'ok', what);
}

const WAIT = said('Wait: WeChat pushes every 10 minutes.', '请稍候：微信每 10 分钟推送一次。');
const LOOK = said(
  'Compare the event URL, the callback token and the EncodingAESKey in WeChat’s console with this platform, and see the findings on the callback and on ticket pushes.',
  '请核对微信后台的授权事件接收 URL、消息校验 Token 与 EncodingAESKey，并查看“回调地址”与“票据推送”的检查结果。',
);
const GAPS = said(
  'Some pushes did not arrive: look for restarts, for slow answers, and for a proxy that refuses some of them.',
  '部分推送未到达：请检查是否有重启、应答缓慢，或代理拒绝了部分请求。',
);

export interface RefusedPushes {
  readonly reason: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** Refusals that only a sender with our callback token can cause: its signature was right. */
const SIGNED: ReadonlySet<string> = new Set(['padding_invalid', 'truncated', 'appid_mismatch']);
/** A ticket more than overdue: what is refused since then is most likely WeChat's. */
const OVERDUE_MS = 15 * 60_000;

/** Are the pushes that came since the newest ticket refused? Anybody can send rubbish, so the tickets decide. */
export function signatureFinding(refused: readonly RefusedPushes[], ticketAt: Date | null, now: Date): Finding {
  const total = refused.reduce((sum, { count }) => sum + count, 0);
  const [newest] = [...refused].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime());
  if (!newest) {
    const what = said('No push was refused in the last 24 h.', '最近 24 小时没有被拒绝的推送。');
    return finding('push_signatures', 'ok', 'ok', what);
  }
  const reasons = refused.map(({ reason, count }) => `${reason} ${count}`).join(', ');
  const ago = span(now.getTime() - newest.lastAt.getTime());
  const what = said(
    `${total} pushes did not open (${reasons}), the last ${ago.en} ago.`,
    `有 ${total} 次推送无法解开(${reasons})，最近一次在 ${ago.zh}前。`,
  );
  const since = refused.filter(({ lastAt }) => ticketAt === null || lastAt > ticketAt);
  if (since.length === 0) {
    return finding('push_signatures', 'notice', 'past', more(what, PAST), null);
  }
  const isOverdue = ticketAt === null || now.getTime() - ticketAt.getTime() > OVERDUE_MS;
  if (since.some(({ reason }) => SIGNED.has(reason)))
    return finding('push_signatures', 'problem', 'aes_key', more(what, KEY), KEYS_ACTION);
  if (isOverdue) return finding('push_signatures', 'problem', 'mismatch', more(what, NO_TICKET), KEYS_ACTION);
  return finding('push_signatures', 'warning', 'mismatch', more(what, MAYBE), KEYS_ACTION);
}

const more = (a: { en: string; zh: string }, b: { en: string; zh: string }) =>
  said(`${a.en} ${b.en}`, `${a.zh}${b.zh}`);
const PAST = said('A good ticket came after that.', '此后已收到有效票据。');
const KEY = said(
  'Their signature was right, so the sender has our callback token but another EncodingAESKey or appid.',
  '这些推送签名正确，说明发送方的消息校验 Token 与我方一致，但 EncodingAESKey 或 AppID 不同。',
);
const NO_TICKET = said(
  'No ticket came since: most likely these were WeChat’s.',
  '此后未收到票据：这些很可能是微信的推送。',
);
const MAYBE = said(
  'No ticket was due since, so they may come from somebody else.',
  '此后尚未到收票据的时间，也可能来自其他人。',
);
const KEYS_ACTION = said(
  'Make 消息校验 Token and 消息加解密 Key in WeChat’s console and here the same: PATCH /api/v1/platforms/{id}. The ones before stay valid beside them.',
  '请使微信后台的“消息校验 Token”“消息加解密 Key”与本系统一致：PATCH /api/v1/platforms/{id}。旧值会同时保留有效。',
);
