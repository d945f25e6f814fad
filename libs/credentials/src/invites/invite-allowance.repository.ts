import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ALLOWED, spanOverBefore, type AllowedUse } from './invite-allowance-policy';

/** Counts an invite's use in its row, shared by all processes. */
@Injectable()
export class InviteAllowanceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One compare-and-set. Null: counted; else since when the allowance that is used up is counted. */
  async take(inviteId: string, use: AllowedUse, now: Date): Promise<Date | null> {
    const over = spanOverBefore(now);
    const from = `${use}_from`;
    // MySQL assigns from left to right: the count is set while `from` still is the old one.
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE invite SET ${use} = CASE WHEN ${from} > ? THEN ${use} + 1 ELSE 1 END,
         ${from} = CASE WHEN ${from} > ? THEN ${from} ELSE ? END
       WHERE id = ? AND (${from} IS NULL OR ${from} <= ? OR ${use} < ?)`,
      [over, over, now, inviteId, over, ALLOWED[use]],
    );
    if (affectedRows === 1) return null;
    const [row] = await this.dataSource.query<{ since: Date | null }[]>(
      `SELECT ${from} AS since FROM invite WHERE id = ?`,
      [inviteId],
    );
    return row?.since ?? now;
  }
}
