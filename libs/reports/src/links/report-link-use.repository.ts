import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { GIVEN_BACK, type Downloader } from './report-link-policy';
import { type ReportLinkUse, type UseOutcome } from './report-link-use.entity';

/** A download as people see it. */
export type UseRow = Omit<ReportLinkUse, 'reportLinkId'>;

/** How a download ended. */
export interface UseEnd {
  readonly outcome: Exclude<UseOutcome, 'running'>;
  readonly bytes: number;
}

interface Affected {
  readonly affectedRows: number;
}

/** Rows one statement deletes. */
export const PRUNED_USES = 1_000;

/** Counts downloads in the link's row and logs them, in one transaction each. */
@Injectable()
export class ReportLinkUseRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** False: the link has ended, or has no download left. One compare-and-set, whoever else begins meanwhile. */
  async begin(use: { readonly id: string; readonly linkId: string } & Downloader, now: Date): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      // A commit of unknown outcome is repeated: it must not count twice.
      const known = await manager.query<object[]>('SELECT id FROM report_link_use WHERE id = ?', [use.id]);
      if (known.length > 0) return true;
      const { affectedRows } = await manager.query<Affected>(
        `UPDATE report_link SET downloads = downloads + 1, last_download_at = ?
         WHERE id = ? AND revoked_at IS NULL AND expires_at > ? AND (max_downloads IS NULL OR downloads < max_downloads)`,
        [now, use.linkId, now],
      );
      if (affectedRows === 0) return false;
      await manager.query(
        `INSERT INTO report_link_use (id, report_link_id, started_at, outcome, address, user_agent)
         VALUES (?, ?, ?, 'running', ?, ?)`,
        [use.id, use.linkId, now, use.address, use.userAgent],
      );
      return true;
    });
  }

  /** The first end counts. One that was broken off is given back to the link, a bounded number of times where it matters. */
  async end(id: string, { outcome, bytes }: UseEnd, now: Date): Promise<void> {
    await this.transactions.run(async (manager) => {
      const { affectedRows } = await manager.query<Affected>(
        "UPDATE report_link_use SET ended_at = ?, outcome = ?, bytes = ? WHERE id = ? AND outcome = 'running'",
        [now, outcome, bytes, id],
      );
      if (affectedRows === 0 || outcome === 'whole') return;
      await manager.query(
        `UPDATE report_link l JOIN report_link_use u ON u.report_link_id = l.id
         SET l.downloads = l.downloads - 1, l.given_back = l.given_back + 1
         WHERE u.id = ? AND l.downloads > 0 AND (l.max_downloads IS NULL OR l.given_back < ?)`,
        [id, GIVEN_BACK],
      );
    });
  }

  /** The newest first. */
  async list(linkId: string, before: string | null, count: number): Promise<UseRow[]> {
    return this.dataSource.query<UseRow[]>(
      `SELECT id, started_at AS startedAt, ended_at AS endedAt, outcome, bytes, address, user_agent AS userAgent
       FROM report_link_use WHERE report_link_id = ? ${before === null ? '' : 'AND id < ?'} ORDER BY id DESC LIMIT ?`,
      [linkId, ...(before === null ? [] : [before]), count],
    );
  }

  /** Downloads that began before `before` and have not ended. */
  async stale(before: Date, count: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      "SELECT id FROM report_link_use WHERE outcome = 'running' AND started_at < ? ORDER BY started_at LIMIT ?",
      [before, count],
    );
    return rows.map(({ id }) => id);
  }

  /** Of the first downloads in the log, those before `before`. How many. */
  async deleteUses(before: Date): Promise<number> {
    const rows = await this.dataSource.query<{ id: string; startedAt: Date }[]>(
      'SELECT id, started_at AS startedAt FROM report_link_use ORDER BY id LIMIT ?',
      [PRUNED_USES],
    );
    const old = rows.filter(({ startedAt }) => startedAt < before).map(({ id }) => id);
    return this.deleteByIds('report_link_use', old);
  }

  /** Links that expired before `before` and have no download in the log any more. How many. */
  async deleteLinks(before: Date): Promise<number> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT l.id FROM report_link l WHERE l.expires_at < ?
         AND NOT EXISTS (SELECT 1 FROM report_link_use u WHERE u.report_link_id = l.id) ORDER BY l.expires_at LIMIT ?`,
      [before, PRUNED_USES],
    );
    return this.deleteByIds(
      'report_link',
      rows.map(({ id }) => id),
    );
  }

  private async deleteByIds(table: 'report_link' | 'report_link_use', ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { affectedRows } = await this.dataSource.query<Affected>(`DELETE FROM ${table} WHERE id IN (?)`, [ids]);
    return affectedRows;
  }
}
