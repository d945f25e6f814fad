import { Redis } from 'ioredis';
import { type System } from './system';

/** What a system was ever asked to do: rows written and jobs added, the done ones included. */
export class IntentCounter {
  private readonly redis: Redis;

  constructor(private readonly system: System) {
    this.redis = new Redis(system.env['REDIS_URL']!);
  }

  async count(): Promise<{ fetches: number; tasks: number; jobs: number }> {
    const [rows] = await this.system.db.query(
      'SELECT (SELECT COUNT(*) FROM `fetch`) AS fetches, (SELECT COUNT(*) FROM fetch_task) AS tasks',
    );
    const [{ fetches, tasks }] = rows as [{ fetches: number; tasks: number }];
    // BullMQ numbers the jobs of a queue in the key `id`.
    const added = await this.redis.get(`${this.system.env['REDIS_PREFIX']!}:fetching:id`);
    return { fetches, tasks, jobs: Number(added ?? 0) };
  }

  close(): void {
    this.redis.disconnect();
  }
}
