import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export interface AppidPause {
  readonly appid: string;
  readonly endsAt: Date;
  readonly errcode: number;
  readonly rid: string | null;
}

/** Until when nobody calls for an appid, on whatever platform: WeChat counts calls per appid. */
@Injectable()
export class AppidPauseRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The later end holds, with its errcode. */
  async note(pause: AppidPause, now: Date): Promise<void> {
    // Assignments run left to right and see what those before them set, so ends_at comes last.
    await this.dataSource.query(
      `INSERT INTO appid_pause (appid, ends_at, errcode, rid, noted_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE errcode = IF(ends_at < VALUES(ends_at), VALUES(errcode), errcode),
         rid = IF(ends_at < VALUES(ends_at), VALUES(rid), rid),
         noted_at = IF(ends_at < VALUES(ends_at), VALUES(noted_at), noted_at), ends_at = GREATEST(ends_at, VALUES(ends_at))`,
      [pause.appid, pause.endsAt, pause.errcode, pause.rid, now],
    );
  }

  async findActive(
    appids: readonly string[],
    now: Date,
    db: Queries = this.dataSource,
  ): Promise<Map<string, AppidPause>> {
    if (appids.length === 0) return new Map();
    const rows = await db.query<AppidPause[]>(
      'SELECT appid, ends_at AS endsAt, errcode, rid FROM appid_pause WHERE appid IN (?) AND ends_at > ?',
      [appids, now],
    );
    return new Map(rows.map((row) => [row.appid, row]));
  }
}
