import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PlatformPause } from './platform-pause.entity';

type PauseRow = Pick<PlatformPause, keyof PlatformPause>;

/** Component calls that WeChat's quota has parked, per platform. */
@Injectable()
export class PlatformPauseRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(platformId: string, callName: string, now: Date): Promise<PauseRow | null> {
    const rows = await this.dataSource.query<PauseRow[]>(
      `SELECT platform_id AS platformId, call_name AS callName, errcode, paused_until AS pausedUntil
       FROM platform_pause WHERE platform_id = ? AND call_name = ? AND paused_until > ?`,
      [platformId, callName, now],
    );
    return rows[0] ?? null;
  }

  async park({ platformId, callName, errcode, pausedUntil }: PauseRow): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO platform_pause (platform_id, call_name, errcode, paused_until) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE errcode = VALUES(errcode), paused_until = VALUES(paused_until)`,
      [platformId, callName, errcode, pausedUntil],
    );
  }
}
