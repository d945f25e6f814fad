import { defineJob, type JobContract } from '@app/platform';

const QUEUE = 'credentials';

export const processPushEvent = defineJob<{ pushEventId: number }>({
  queue: QUEUE,
  name: 'process-push-event',
  attempts: 8,
  dedupe: ({ pushEventId }) => `push-${pushEventId}`,
});

export const rereadAccount = defineJob<{ accountId: number }>({
  queue: QUEUE,
  name: 'reread-account',
  attempts: 3,
  dedupe: ({ accountId }) => `reread-${accountId}`,
});

export const reconcilePlatform = defineJob<{ platformId: string }>({
  queue: QUEUE,
  name: 'reconcile-platform',
  attempts: 3,
  dedupe: ({ platformId }) => `reconcile-${platformId}`,
});

export const credentialQueues: string[] = [QUEUE];
export const credentialJobs: JobContract<never>[] = [processPushEvent, rereadAccount, reconcilePlatform];
