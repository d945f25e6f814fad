import { type DoctorReport, type FindingLevel } from '@app/credentials';
import { type Language } from '../problem';

const MARKS: Readonly<Record<FindingLevel, string>> = {
  ok: '✓',
  notice: 'i',
  unknown: '?',
  warning: '!',
  problem: '✗',
};
const WORDS: Readonly<Record<Language, Readonly<Record<FindingLevel, string>>>> = {
  en: { ok: 'ok', notice: 'notice', unknown: 'unknown', warning: 'warning', problem: 'problem' },
  zh: { ok: '正常', notice: '提示', unknown: '未知', warning: '警告', problem: '问题' },
};
const COLOURS: Readonly<Record<FindingLevel, number>> = { ok: 32, notice: 36, unknown: 35, warning: 33, problem: 31 };
const LABELS = { en: { why: 'why: ', action: 'do:  ' }, zh: { why: '影响：', action: '处理：' } } as const;

interface PrintOptions {
  readonly language: Language;
  readonly colours: boolean;
}

/** A report for a terminal: one line for what is well, the whole story for the rest. */
export function printReport(report: DoctorReport, { language, colours }: PrintOptions): string {
  const paint = (level: FindingLevel, text: string): string =>
    colours ? `\u001b[${COLOURS[level]}m${text}\u001b[0m` : text;
  const label = LABELS[language];
  const lines = report.findings.flatMap(({ check, level, what, why, action }) => [
    `${paint(level, MARKS[level])} ${check}: ${what[language]}`,
    ...(level === 'ok' ? [] : [`    ${label.why}${why[language]}`]),
    ...(level === 'ok' || action === null ? [] : [`    ${label.action}${action[language]}`]),
  ]);
  const { appid, level, finishedAt } = report;
  const head = `${appid}  ${paint(level, WORDS[language][level])}  ${finishedAt}`;
  return `${[head, ...lines].join('\n')}\n`;
}

/** 0 ok or notice; 1 warning, or something that could not be checked; 2 problem. */
export function exitCode(reports: readonly Pick<DoctorReport, 'level'>[]): number {
  const levels = new Set(reports.map(({ level }) => level));
  if (levels.has('problem')) return 2;
  return levels.has('warning') || levels.has('unknown') ? 1 : 0;
}
