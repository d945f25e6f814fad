import { type Bilingual } from '@app/kernel';
import { WHY, type CheckId } from './check-why';

/** `unknown`: the check could not run; never a kind of ok. */
export type FindingLevel = 'ok' | 'notice' | 'warning' | 'problem' | 'unknown';

/** What one check found. Check and code are stable: clients may switch on them. No text holds a secret. */
export interface Finding {
  readonly check: CheckId;
  readonly code: string;
  readonly level: FindingLevel;
  /** What was seen, with figures. */
  readonly what: Bilingual;
  readonly why: Bilingual;
  /** What to do; null when nothing is. */
  readonly action: Bilingual | null;
}

/** A fact, or why it could not be had. */
export type Gathered<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly because: Bilingual };

export function finding(
  check: CheckId,
  level: FindingLevel,
  code: string,
  what: Bilingual,
  action: Bilingual | null = null,
): Finding {
  return { check, level, code: `${check}_${code}`, what, why: WHY[check], action };
}

/** A check that could not run, and why. */
export function notChecked(check: CheckId, because: Bilingual): Finding {
  const what = { en: `Could not be checked: ${because.en}`, zh: `未能检查：${because.zh}` };
  return finding(check, 'unknown', 'not_checked', what, {
    en: 'Mend what the other findings name, then run the doctor again.',
    zh: '请先处理其他检查项指出的问题，再重新检查。',
  });
}

/** The decision on a fact, or `unknown` when there is none. */
export function judged<T>(check: CheckId, fact: Gathered<T>, decide: (value: T) => Finding): Finding {
  return fact.known ? decide(fact.value) : notChecked(check, fact.because);
}

const RANK: Readonly<Record<FindingLevel, number>> = { ok: 0, notice: 1, unknown: 2, warning: 3, problem: 4 };

export function worstLevel(findings: readonly Pick<Finding, 'level'>[]): FindingLevel {
  return findings.reduce<FindingLevel>((worst, { level }) => (RANK[level] > RANK[worst] ? level : worst), 'ok');
}
