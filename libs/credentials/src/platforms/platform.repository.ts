import { Injectable } from '@nestjs/common';
import { databaseErrorCode } from '@app/platform';
import { reachFilter, type Reach } from '@app/tenants';
import { DataSource, type EntityManager } from 'typeorm';
import { Platform, type PlatformRow } from './platform.entity';
import { platformExists, platformNotFound } from './platform.errors';

const COLUMNS = `id, provider_id AS providerId, appid, name, public_origin AS publicOrigin, created_at AS createdAt`;

@Injectable()
export class PlatformRepository {
  /** component_appid by platform id; neither ever changes, and an installation has a handful. */
  private readonly appids = new Map<string, string>();

  constructor(private readonly dataSource: DataSource) {}

  /** Throws `platform_exists`. */
  async insert(manager: EntityManager, platform: PlatformRow): Promise<void> {
    try {
      await manager.insert(Platform, platform);
    } catch (error) {
      if (databaseErrorCode(error) === 'ER_DUP_ENTRY') throw platformExists();
      throw error;
    }
  }

  async update(
    manager: EntityManager,
    id: string,
    change: Partial<Pick<Platform, 'name' | 'publicOrigin'>>,
  ): Promise<void> {
    if (Object.keys(change).length > 0) await manager.update(Platform, { id }, change);
  }

  async listInReach(reach: Reach, after: string, count: number): Promise<PlatformRow[]> {
    const { sql, params } = reachFilter(reach, { provider: 'provider_id' });
    return this.dataSource.query<PlatformRow[]>(
      `SELECT ${COLUMNS} FROM platform WHERE id > ? AND ${sql} ORDER BY id LIMIT ?`,
      [after, ...params, count],
    );
  }

  async findInReach(reach: Reach, id: string): Promise<PlatformRow | null> {
    const { sql, params } = reachFilter(reach, { provider: 'provider_id' });
    const rows = await this.dataSource.query<PlatformRow[]>(`SELECT ${COLUMNS} FROM platform WHERE id = ? AND ${sql}`, [
      id,
      ...params,
    ]);
    return rows[0] ?? null;
  }

  async listOfProvider(providerId: string): Promise<PlatformRow[]> {
    return this.dataSource.query<PlatformRow[]>(`SELECT ${COLUMNS} FROM platform WHERE provider_id = ? ORDER BY id`, [
      providerId,
    ]);
  }

  async listAll(): Promise<PlatformRow[]> {
    return this.dataSource.query<PlatformRow[]>(`SELECT ${COLUMNS} FROM platform ORDER BY id`);
  }

  async get(id: string): Promise<PlatformRow> {
    const rows = await this.dataSource.query<PlatformRow[]>(`SELECT ${COLUMNS} FROM platform WHERE id = ?`, [id]);
    if (!rows[0]) throw platformNotFound();
    return rows[0];
  }

  async getAppid(id: string): Promise<string> {
    const known = this.appids.get(id);
    if (known !== undefined) return known;
    const { appid } = await this.get(id);
    this.appids.set(id, appid);
    return appid;
  }
}
