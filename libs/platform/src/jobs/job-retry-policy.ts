import { AppError, type ErrorKind } from '@app/kernel';

type RetryVerdict = { readonly retry: boolean; readonly because: ErrorKind | 'unknown_error' };

const PASSING: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['upstream', 'unavailable', 'limited', 'conflict']);

/** The one place that decides whether a failed job is tried again. What is unknown is tried again: it may be the network. */
export function retryVerdict(error: unknown): RetryVerdict {
  if (!(error instanceof AppError)) return { retry: true, because: 'unknown_error' };
  return { retry: PASSING.has(error.kind), because: error.kind };
}
