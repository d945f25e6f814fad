import { defineJob, type JobContract } from '@app/platform';

const PUSHES = 'credentials';
/** A queue of its own: while INFO hangs, re-reads take their time, and pushes do not wait for them. */
const ACCOUNTS = 'accounts';

/** Tries once: the push's row says when again. */
export const processPushEvent = defineJob<{ pushEventId: number }>({
  queue: PUSHES,
  name: 'process-push-event',
  attempts: 1,
  dedupe: ({ pushEventId }) => `push-${pushEventId}`,
});

export const rereadAccount = defineJob<{ accountId: number }>({
  queue: ACCOUNTS,
  name: 'reread-account',
  attempts: 3,
  dedupe: ({ accountId }) => `reread-${accountId}`,
});

/** A queue of its own: a run may take long, and pushes do not wait for it. Tries once: the run's row says when again. */
export const runReconcile = defineJob<{ runId: string }>({
  queue: 'reconcile',
  name: 'run-reconcile',
  attempts: 1,
  dedupe: ({ runId }) => `reconcile-${runId}`,
});

/** The gate of an account opened, or its token works again: what waits for it may go on at once. */
export const accountUsable = defineJob<{ accountId: number }>({
  queue: ACCOUNTS,
  name: 'account-usable',
  attempts: 3,
  dedupe: ({ accountId }) => `usable-${accountId}`,
});

export const credentialQueues: string[] = [PUSHES, ACCOUNTS, runReconcile.queue];
export const credentialJobs: JobContract<never>[] = [processPushEvent, rereadAccount, runReconcile, accountUsable];
