import { getQueueToken } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type JobsOptions, type Queue } from 'bullmq';
import { currentRequestId } from '../logging/request-context';
import { type JobContract } from './define-job';

const ENQUEUE_TIMEOUT_MS = 1_500;
const OVER: ReadonlySet<string> = new Set(['unknown', 'completed', 'failed']);

/** Puts jobs into BullMQ. Rows come first: when Redis is away nothing is lost, a sweeper enqueues from the rows later. */
@Injectable()
export class Jobs {
  private readonly logger = new Logger(Jobs.name);

  constructor(private readonly modules: ModuleRef) {}

  /** False when Redis did not take the job in time; never throws for that. */
  async enqueue<P extends object>(contract: JobContract<P>, payload: P): Promise<boolean> {
    return this.enqueueMany(contract, [payload]);
  }

  async enqueueMany<P extends object>(contract: JobContract<P>, payloads: readonly P[]): Promise<boolean> {
    if (payloads.length === 0) return true;
    const requestId = currentRequestId();
    const jobs = payloads.map((payload) => ({
      name: contract.name,
      data: { ...payload, ...(requestId === undefined ? {} : { requestId }) },
      opts: optionsOf(contract, payload),
    }));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error('Redis did not answer in time'));
      }, ENQUEUE_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.queue(contract.queue).addBulk(jobs), late]);
      return true;
    } catch (err) {
      this.logger.warn({ msg: 'job not queued, the sweeper will', job: contract.name, err });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Those of the job ids that Redis knows as not over. Throws when Redis is away. */
  async findOpen(queue: string, ids: readonly string[]): Promise<Set<string>> {
    const states = await Promise.all(ids.map((id) => this.queue(queue).getJobState(id)));
    return new Set(ids.filter((_, i) => !OVER.has(states[i] ?? 'unknown')));
  }

  /** How many jobs of a queue wait or run. Throws when Redis is away. */
  async depth(queue: string): Promise<number> {
    const counts = await this.queue(queue).getJobCounts('wait', 'active', 'prioritized', 'delayed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  private queue(name: string): Queue {
    return this.modules.get<Queue>(getQueueToken(name), { strict: false });
  }
}

function optionsOf<P extends object>(contract: JobContract<P>, payload: P): JobsOptions {
  return {
    attempts: contract.attempts,
    backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: { count: 1_000 },
    ...(contract.id ? { jobId: contract.id(payload) } : {}),
    ...(contract.priority ? { priority: contract.priority(payload) } : {}),
    ...(contract.dedupe ? { deduplication: { id: contract.dedupe(payload), keepLastIfActive: true } } : {}),
  };
}
