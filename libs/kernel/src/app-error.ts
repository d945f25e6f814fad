/** What went wrong, in the terms an edge needs to translate it: an HTTP status, a job's retry, a message to a person. */
export type ErrorKind =
  'invalid' | 'unauthenticated' | 'not_found' | 'conflict' | 'denied' | 'limited' | 'upstream' | 'unavailable' | 'bug';

/** A sentence in both languages the product speaks. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

interface AppErrorOptions {
  readonly cause?: unknown;
  /** What to tell a person. Never holds a secret. */
  readonly message?: Bilingual;
  /** Machine-readable facts, shown to the caller as members of the problem document. Never holds a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The one error that libs throw. `code` is stable: clients may switch on it. */
export class AppError extends Error {
  readonly text: Bilingual | undefined;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    options: AppErrorOptions = {},
  ) {
    super(options.message?.en ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.text = options.message;
    this.detail = options.detail ?? {};
  }
}
