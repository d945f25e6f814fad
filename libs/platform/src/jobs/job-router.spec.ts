import { AppError } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { currentRequestId } from '../logging/request-context';
import { defineJob } from './define-job';
import { JobRouter } from './job-router';

const contract = defineJob<{ id: string }>({ queue: 'q', name: 'work', attempts: 3 });
const job = (name: string, data: object): Job => ({ queueName: 'q', name, data, id: '7', attemptsMade: 0 }) as Job;

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('JobRouter', () => {
  it('leads a job to its handler with the request id of whoever asked', async () => {
    const router = new JobRouter();
    const seen: unknown[] = [];
    router.handle(contract, (payload) => Promise.resolve(void seen.push([payload, currentRequestId()])));
    await router.run(job('work', { id: 'a', requestId: 'req_1' }));
    expect(seen).toEqual([[{ id: 'a' }, 'req_1']]);
  });

  it('checks at boot that each job has exactly one handler', () => {
    const router = new JobRouter();
    expect(() => {
      router.check([contract]);
    }).toThrow('job_without_handler');
    router.handle(contract, () => Promise.resolve());
    expect(() => {
      router.check([contract]);
    }).not.toThrow();
    expect(() => {
      router.handle(contract, () => Promise.resolve());
    }).toThrow('job_handled_twice');
  });

  it('fails an unknown job instead of passing it as done', async () => {
    await expect(new JobRouter().run(job('other', {}))).rejects.toBeInstanceOf(UnrecoverableError);
  });

  it('tries again what may pass, and gives up on what will not', async () => {
    const router = new JobRouter();
    let error: Error = new AppError('unavailable', 'database_unavailable');
    router.handle(contract, () => Promise.reject(error));
    await expect(router.run(job('work', {}))).rejects.toBe(error);
    error = new AppError('invalid', 'event_invalid');
    await expect(router.run(job('work', {}))).rejects.toBeInstanceOf(UnrecoverableError);
  });
});
