import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockPassword } from '../passwords/password-lock';
import { PendingLogin } from './pending-login.entity';
import { CODE_TRIES } from './pending-login-policy';

@Injectable()
export class PendingLoginRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** False when the person is disabled or has another password by now. */
  async insert(login: PendingLogin, passwordHash: string): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      if ((await lockPassword(manager, login.userId)) !== passwordHash) return false;
      // A commit of unknown outcome is repeated: the row may be there.
      await manager.query(
        `INSERT INTO pending_login (token_hash, user_id, tries, expires_at) VALUES (?)
         ON DUPLICATE KEY UPDATE token_hash = pending_login.token_hash`,
        [[login.tokenHash, login.userId, login.tries, login.expiresAt]],
      );
      return true;
    });
  }

  /** Whose it is; null when it is over. */
  async find(tokenHash: Buffer, now: Date): Promise<string | null> {
    const [row] = await this.dataSource.query<{ userId: string }[]>(
      'SELECT user_id AS userId FROM pending_login WHERE token_hash = ? AND expires_at > ? AND tries < ?',
      [tokenHash, now, CODE_TRIES],
    );
    return row?.userId ?? null;
  }

  /** False when no try is left. */
  async countTry(tokenHash: Buffer): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE pending_login SET tries = tries + 1 WHERE token_hash = ? AND tries < ?',
      [tokenHash, CODE_TRIES],
    );
    return affectedRows === 1;
  }

  /** It leads to one session: true for one of several who claim it. */
  async claim(tokenHash: Buffer): Promise<boolean> {
    const { affected } = await this.dataSource.manager.delete(PendingLogin, { tokenHash });
    return affected === 1;
  }

  async prune(now: Date, count: number): Promise<void> {
    await this.dataSource.query('DELETE FROM pending_login WHERE expires_at <= ? LIMIT ?', [now, count]);
  }
}
