import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PushRefusal } from './push-refusal.entity';

const DAY_MS = 86_400_000;

@Injectable()
export class PushRefusalRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds to the platform's figure; an unknown component_appid is left out. */
  async add(componentAppid: string, reason: string, count: number, now: Date): Promise<void> {
    const dayAgo = new Date(now.getTime() - DAY_MS);
    // Assigned from left to right: last_at, which the others look at, comes last.
    await this.dataSource.query(
      `INSERT INTO push_refusal (platform_id, reason, count, first_at, last_at)
       SELECT id, ?, ?, ?, ? FROM platform WHERE appid = ?
       ON DUPLICATE KEY UPDATE first_at = IF(last_at < ?, VALUES(first_at), first_at),
         count = IF(last_at < ?, VALUES(count), count + VALUES(count)), last_at = VALUES(last_at)`,
      [reason, count, now, now, componentAppid, dayAgo, dayAgo],
    );
  }

  async listSince(platformId: string, since: Date): Promise<Omit<PushRefusal, 'platformId'>[]> {
    return this.dataSource.query<Omit<PushRefusal, 'platformId'>[]>(
      `SELECT reason, count, first_at AS firstAt, last_at AS lastAt FROM push_refusal
       WHERE platform_id = ? AND last_at > ? ORDER BY last_at DESC`,
      [platformId, since],
    );
  }
}
