import { type Bilingual } from '@app/kernel';
import { finding, type Finding } from './finding';
import { answered, type Refusal } from './wechat-probe-policy';
import { beijing, figure, said, span } from './wording';

/** WeChat's limit of api_component_token a day, as read through quota/get. */
export const TOKENS_A_DAY = 10_000;
/** Refreshed at two thirds of two hours, a healthy platform buys under 20. */
const MANY = 100;
const NEARLY_ALL = 8_000;

export interface TokenFacts {
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  /** No call to WeChat before this. */
  readonly retryAt: Date | null;
  readonly boughtToday: number;
  /** What custody said when it was asked for the token. */
  readonly got: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly text: Bilingual };
  /** WeChat refused the stored token just now. */
  readonly refused: Refusal | null;
}

export function tokenFinding(facts: TokenFacts, now: Date): Finding {
  const bought = said(
    `${figure(facts.boughtToday)} of ${figure(TOKENS_A_DAY)} bought today.`,
    `今日已换取 ${figure(facts.boughtToday)} 次，上限 ${figure(TOKENS_A_DAY)} 次。`,
  );
  if (!facts.got.ok) return missing(facts, facts.got, bought, now);
  if (facts.refused) {
    const what = joined(
      said('WeChat refuses the stored token.', '微信拒绝了所保存的令牌。'),
      answered(facts.refused),
      bought,
    );
    return finding('component_token', 'warning', 'refused', what, REFUSED);
  }
  const what = joined(life(facts, now), bought);
  if (facts.boughtToday >= NEARLY_ALL)
    return finding('component_token', 'problem', 'nearly_used_up', what, MANY_ACTION);
  if (facts.boughtToday >= MANY) return finding('component_token', 'warning', 'many', what, MANY_ACTION);
  return finding('component_token', 'ok', 'ok', what);
}

function missing(facts: TokenFacts, got: { code: string; text: Bilingual }, bought: Bilingual, now: Date): Finding {
  const { retryAt } = facts;
  const none = said(`No token can be had: ${got.text.en}`, `无法取得令牌：${got.text.zh}`);
  const isCooling = retryAt !== null && retryAt > now;
  const left = span(isCooling ? retryAt.getTime() - now.getTime() : 0);
  const pause = isCooling
    ? said(
        `WeChat is asked again in ${left.en} (${beijing(retryAt)}).`,
        `网关将在 ${left.zh}后(${beijing(retryAt)})再次请求微信。`,
      )
    : null;
  const what = joined(none, ...(pause ? [pause] : []), bought);
  const code = got.code === 'ticket_missing' ? 'no_ticket' : isCooling ? 'cooling_down' : 'not_had';
  return finding('component_token', 'problem', code, what, SEE_OTHERS);
}

function life({ issuedAt, expiresAt }: TokenFacts, now: Date): Bilingual {
  if (!issuedAt || !expiresAt) return said('A token is stored.', '已保存令牌。');
  const [age, left] = [span(now.getTime() - issuedAt.getTime()), span(expiresAt.getTime() - now.getTime())];
  return said(
    `A token is stored, ${age.en} old, good for ${left.en}.`,
    `已保存令牌，换取于 ${age.zh}前，还可使用 ${left.zh}。`,
  );
}

function joined(...parts: Bilingual[]): Bilingual {
  return said(parts.map(({ en }) => en).join(' '), parts.map(({ zh }) => zh).join(''));
}

const SEE_OTHERS = said(
  'See the findings on the ticket, the AppSecret, the IP white list and the quota: one of them says why.',
  '请查看票据、AppSecret、IP 白名单与额度的检查结果，原因在其中之一。',
);
const REFUSED = said(
  'The gateway buys another at its next call. If it happens again, see the finding on other environments.',
  '网关会在下次调用时重新换取。若再次出现，请查看“其他环境”的检查结果。',
);
const MANY_ACTION = said(
  'Something makes tokens invalid: see the finding on other environments.',
  '有原因导致令牌频繁失效：请查看“其他环境”的检查结果。',
);
