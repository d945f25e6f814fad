import { AppError } from '@app/kernel';

/** What a row of a key tells about the request that now comes with it. */
export interface KnownRequest {
  /** Kept for as long as was promised. */
  readonly isExpired: boolean;
  readonly isSame: boolean;
  readonly isAnswered: boolean;
  /** Somebody works on it now. */
  readonly isLeased: boolean;
  /** A transaction of its work was committed. */
  readonly hasWorked: boolean;
}

export type ClaimVerdict =
  | { readonly act: 'start_anew' | 'replay' | 'take_over' }
  | { readonly act: 'refuse'; readonly because: 'other_request' | 'running' | 'answer_lost' };

/** What to do about a request whose key is known. Work that was done is never done again, even when its answer is lost. */
export function claimVerdict(known: KnownRequest): ClaimVerdict {
  if (known.isExpired) return { act: 'start_anew' };
  if (!known.isSame) return { act: 'refuse', because: 'other_request' };
  if (known.isAnswered) return { act: 'replay' };
  if (known.isLeased) return { act: 'refuse', because: 'running' };
  return known.hasWorked ? { act: 'refuse', because: 'answer_lost' } : { act: 'take_over' };
}

/**
 * What becomes of a key whose work failed. A refusal is no final answer: it did nothing, and what it refused, or WeChat, may be
 * in order a moment later. After a failure nobody meant the key is free again only if nothing was committed.
 */
export function afterFailure(error: unknown): 'forget' | 'forget_unless_worked' {
  const isRefusal = error instanceof AppError && error.kind !== 'bug' && error.code !== 'database_unavailable';
  return isRefusal || isRequestFault(error) ? 'forget' : 'forget_unless_worked';
}

/** What a framework refuses by itself carries a status. */
function isRequestFault(error: unknown): boolean {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status < 500;
}
