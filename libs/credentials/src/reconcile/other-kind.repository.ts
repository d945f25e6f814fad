import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type OtherKindAccount } from './other-kind.entity';

const FORGOTTEN = 1_000;

@Injectable()
export class OtherKindRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Appids of a platform that INFO called another kind since `since`. */
  async listSince(platformId: string, since: Date): Promise<string[]> {
    const rows = await this.dataSource.query<Pick<OtherKindAccount, 'appid'>[]>(
      'SELECT appid FROM other_kind_account WHERE platform_id = ? AND told_at >= ?',
      [platformId, since],
    );
    return rows.map(({ appid }) => appid);
  }

  async note({ platformId, appid, kind, toldAt }: OtherKindAccount): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO other_kind_account (platform_id, appid, kind, told_at) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE kind = VALUES(kind), told_at = VALUES(told_at)`,
      [platformId, appid, kind, toldAt],
    );
  }

  async forget(platformId: string, before: Date): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM other_kind_account WHERE platform_id = ? AND told_at < ? LIMIT ${FORGOTTEN}`,
      [platformId, before],
    );
  }
}
