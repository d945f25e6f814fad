import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { UnrecoverableError, type Job } from 'bullmq';
import { runWithRequestId } from '../logging/request-context';
import { type JobContract } from './define-job';
import { retryVerdict } from './job-retry-policy';

type Handler = (payload: object) => Promise<void>;

/** Leads each job to its one handler; an unknown name fails, it never passes as done. */
@Injectable()
export class JobRouter {
  private readonly logger = new Logger(JobRouter.name);
  private readonly handlers = new Map<string, Handler>();

  handle<P extends object>(contract: JobContract<P>, handler: (payload: P) => Promise<void>): void {
    const key = keyOf(contract);
    if (this.handlers.has(key)) throw new AppError('bug', 'job_handled_twice', { detail: { job: key } });
    this.handlers.set(key, handler as Handler);
  }

  /** Boot check: throws `job_without_handler` naming every contract nobody takes. */
  check(contracts: readonly JobContract<never>[]): void {
    const missing = contracts.map(keyOf).filter((key) => !this.handlers.has(key));
    if (missing.length > 0) throw new AppError('bug', 'job_without_handler', { detail: { jobs: missing } });
  }

  async run(job: Job<{ requestId?: string }>): Promise<void> {
    const handler = this.handlers.get(`${job.queueName}/${job.name}`);
    if (!handler) throw new UnrecoverableError(`no handler for job ${job.queueName}/${job.name}`);
    const { requestId, ...payload } = job.data;
    try {
      await runWithRequestId(requestId ?? `job-${job.id ?? 'unknown'}`, () => handler(payload));
    } catch (error) {
      const verdict = retryVerdict(error);
      this.logger.warn({ msg: 'job failed', job: job.name, attempt: job.attemptsMade + 1, ...verdict, err: error });
      if (verdict.retry) throw error;
      throw new UnrecoverableError(error instanceof Error ? error.message : 'failed');
    }
  }
}

function keyOf(contract: { readonly queue: string; readonly name: string }): string {
  return `${contract.queue}/${contract.name}`;
}
