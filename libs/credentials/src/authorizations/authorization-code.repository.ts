import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Secret } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { digest } from '../digest';
import { type AuthorizationCode, type CodeState } from './authorization-code.entity';

export type CodeRow = Pick<AuthorizationCode, 'id' | 'state' | 'accountId'>;

/** Codes as hashes: one row per code, whichever way it came. */
@Injectable()
export class AuthorizationCodeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async findOrCreate(platformId: string, code: Secret): Promise<CodeRow> {
    const { insertId } = await this.dataSource.query<{ insertId: number }>(
      `INSERT INTO authorization_code (platform_id, code_hash, state, created_at) VALUES (?, ?, 'open', ?)
       ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`,
      [platformId, digest(code.reveal()), this.clock.now()],
    );
    return this.get(insertId);
  }

  /** The account a code led to; null when it led to none or was never seen. */
  async findAccountId(platformId: string, code: Secret): Promise<number | null> {
    const rows = await this.dataSource.query<Pick<CodeRow, 'accountId'>[]>(
      'SELECT account_id AS accountId FROM authorization_code WHERE platform_id = ? AND code_hash = ?',
      [platformId, digest(code.reveal())],
    );
    return rows[0]?.accountId ?? null;
  }

  async isSettled(platformId: string, code: Secret): Promise<boolean> {
    const rows = await this.dataSource.query<Pick<CodeRow, 'state'>[]>(
      'SELECT state FROM authorization_code WHERE platform_id = ? AND code_hash = ?',
      [platformId, digest(code.reveal())],
    );
    return rows[0] !== undefined && rows[0].state !== 'open';
  }

  async get(id: number): Promise<CodeRow> {
    const rows = await this.dataSource.query<CodeRow[]>(
      'SELECT id, state, account_id AS accountId FROM authorization_code WHERE id = ?',
      [id],
    );
    if (!rows[0]) throw new AppError('bug', 'authorization_code_vanished');
    return rows[0];
  }

  async finish(
    manager: EntityManager,
    id: number,
    end: { readonly state: CodeState; readonly accountId: number | null; readonly errcode: number | null },
  ): Promise<void> {
    await manager.query('UPDATE authorization_code SET state = ?, account_id = ?, errcode = ? WHERE id = ?', [
      end.state,
      end.accountId,
      end.errcode,
      id,
    ]);
  }

  /** A refusal; the twin that stored an account in the meantime knows better. */
  async refuse(id: number, state: CodeState, errcode: number | null): Promise<void> {
    await this.dataSource.query(
      `UPDATE authorization_code SET state = ?, errcode = ? WHERE id = ? AND state <> 'done'`,
      [state, errcode, id],
    );
  }

  /** Deletes codes of before `before` that led to no account. By key, so that no range is locked. */
  async prune(before: Date, count: number): Promise<void> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT id FROM authorization_code WHERE account_id IS NULL AND created_at < ? ORDER BY created_at LIMIT ?`,
      [before, count],
    );
    if (rows.length === 0) return;
    await this.dataSource.query('DELETE FROM authorization_code WHERE id IN (?) AND account_id IS NULL', [
      rows.map(({ id }) => id),
    ]);
  }

  /** Every code that led to this account, before the account is deleted. */
  async disown(manager: EntityManager, accountId: number, state: CodeState): Promise<void> {
    await manager.query('UPDATE authorization_code SET state = ?, account_id = NULL WHERE account_id = ?', [
      state,
      accountId,
    ]);
  }
}
