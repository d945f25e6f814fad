import { SecretBox, type Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockPassword } from '../passwords/password-lock';
import { secondFactorColumn } from '../sealed-columns';
import { type Session } from '../sessions/session.entity';
import { hasSession, insertSession } from '../sessions/session.repository';
import { hasSecondFactor } from './has-second-factor';

export interface OpenFactor {
  readonly secret: Secret;
  readonly confirmedAt: Date | null;
}

export interface Confirmation {
  readonly step: number;
  readonly codeHashes: readonly Buffer[];
  /** What the person goes on with: all other sessions were opened without the factor. */
  readonly session: Session;
}

@Injectable()
export class SecondFactorRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly box: SecretBox,
  ) {}

  /** A secret that is not confirmed yet, in place of such a one before; false when there is one that is. */
  async begin(userId: string, secret: Secret, now: Date): Promise<boolean> {
    const { keyId, bytes } = this.box.seal(secret, context(userId));
    return this.transactions.run(async (manager) => {
      await lockPassword(manager, userId);
      if (await hasSecondFactor(manager, userId)) return false;
      await manager.query('DELETE FROM second_factor WHERE user_id = ?', [userId]);
      await manager.query('INSERT INTO second_factor (user_id, key_id, sealed, created_at) VALUES (?)', [
        [userId, keyId, bytes, now],
      ]);
      return true;
    });
  }

  async find(userId: string): Promise<OpenFactor | null> {
    const [row] = await this.dataSource.query<{ keyId: string; sealed: Buffer; confirmedAt: Date | null }[]>(
      'SELECT key_id AS keyId, sealed, confirmed_at AS confirmedAt FROM second_factor WHERE user_id = ?',
      [userId],
    );
    if (!row) return null;
    const secret = this.box.open({ keyId: row.keyId, bytes: row.sealed }, context(userId));
    return { secret, confirmedAt: row.confirmedAt };
  }

  /** From here on the factor is asked for. False when it is confirmed already, or there is none. */
  async confirm({ step, codeHashes, session }: Confirmation): Promise<boolean> {
    const { userId, createdAt: now } = session;
    return this.transactions.run(async (manager) => {
      await lockPassword(manager, userId);
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        'UPDATE second_factor SET confirmed_at = ?, last_step = ? WHERE user_id = ? AND confirmed_at IS NULL',
        [now, step, userId],
      );
      // A commit of unknown outcome is repeated: then our own session is there.
      if (affectedRows === 0) return hasSession(manager, session.idHash);
      await manager.query('DELETE FROM recovery_code WHERE user_id = ?', [userId]);
      await manager.query('INSERT INTO recovery_code (user_id, code_hash) VALUES ?', [
        codeHashes.map((hash) => [userId, hash]),
      ]);
      await manager.query('DELETE FROM session WHERE user_id = ?', [userId]);
      await insertSession(manager, session);
      return true;
    });
  }

  /** True once for each time step, and never for one before. */
  async takeStep(userId: string, step: number): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE second_factor SET last_step = ? WHERE user_id = ? AND confirmed_at IS NOT NULL AND last_step < ?',
      [step, userId, step],
    );
    return affectedRows === 1;
  }

  /** True once for each code. */
  async takeRecoveryCode(userId: string, codeHash: Buffer, now: Date): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE recovery_code SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL',
      [now, userId, codeHash],
    );
    return affectedRows === 1;
  }
}

function context(userId: string): string[] {
  return secondFactorColumn.context({ user_id: userId });
}
