import { AppError, type ErrorKind } from '@app/kernel';

const BY_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  not_found: 404,
  conflict: 409,
  denied: 403,
  limited: 429,
  upstream: 502,
  unavailable: 503,
  bug: 500,
};

/** Where HTTP has a status of its own. */
const BY_CODE: Readonly<Record<string, number>> = {
  body_malformed: 400,
  idempotency_key_malformed: 400,
  request_malformed: 400,
  body_too_large: 413,
  media_type_unsupported: 415,
};

/** What the framework refuses by itself, as an error with a stable code. */
const FRAMEWORK: Readonly<Record<number, readonly [ErrorKind, string]>> = {
  404: ['not_found', 'route_not_found'],
  413: ['invalid', 'body_too_large'],
  415: ['invalid', 'media_type_unsupported'],
  503: ['unavailable', 'shutting_down'],
};

export function statusOf(error: AppError): number {
  return BY_CODE[error.code] ?? BY_KIND[error.kind];
}

/** @param status the HTTP status the framework chose. */
export function frameworkError(status: number, cause: unknown): AppError {
  const known = FRAMEWORK[status];
  if (known) return new AppError(known[0], known[1], { cause });
  return status < 500
    ? new AppError('invalid', 'request_malformed', { cause })
    : new AppError('bug', 'internal_error', { cause });
}
