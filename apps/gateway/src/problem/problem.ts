import { AppError, type Bilingual } from '@app/kernel';
import { asUnavailable } from '@app/platform';
import { HttpException } from '@nestjs/common';
import { type Language } from './language';
import { frameworkError, statusOf } from './statuses';
import { TEXTS, TITLES } from './texts';
import { ValidationFailed } from './validation';

/** RFC 9457 problem details; members beyond these are facts about the one problem. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly field: string; readonly rule: string; readonly message: string }[];
}

/** Whatever was thrown, as one of our errors. What is unknown is a bug of ours. */
export function asAppError(thrown: unknown): AppError {
  const error = asUnavailable(thrown);
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) return frameworkError(error.getStatus(), error);
  return new AppError('bug', 'internal_error', { cause: thrown });
}

export function problemOf(error: AppError, language: Language, requestId: string): Problem {
  const isBug = error.kind === 'bug';
  const code = isBug ? 'internal_error' : error.code;
  const text = (isBug ? undefined : error.text) ?? TEXTS[code] ?? TITLES[error.kind];
  const say = (texts: Bilingual): string => texts[language];
  const problem = {
    type: `urn:wpg:problem:${code}`,
    title: say(TITLES[error.kind]),
    status: statusOf(error),
    detail: say(text),
    code,
    requestId,
    ...(error instanceof ValidationFailed
      ? { errors: error.faults.map((fault) => ({ field: fault.field, rule: fault.rule, message: say(fault.text) })) }
      : {}),
  };
  // An error's own facts come last and never replace a standard member.
  return isBug ? problem : { ...problem, ...error.detail, ...problem };
}
