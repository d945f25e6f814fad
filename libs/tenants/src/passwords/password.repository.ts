import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Session } from '../sessions/session.entity';
import { insertSession } from '../sessions/session.repository';
import { lockPassword } from './password-lock';

/** What goes with a password: whoever got in with the old one is out, and what was to replace it is void. */
const ENDED = ['session', 'known_device', 'pending_login'] as const;

/** Replaces passwords. Every other write that depends on one locks the person's row first, as these do. */
@Injectable()
export class PasswordRepository {
  constructor(private readonly transactions: Transactions) {}

  /** False when the password is not the one that was checked any more. */
  async change(userId: string, from: string, to: string, session: Session, now: Date): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      const hash = await lockPassword(manager, userId);
      // A commit of unknown outcome is repeated: the new hash is salted, so it can be nobody else's.
      if (hash !== from && hash !== to) return false;
      await replacePassword(manager, userId, to, now);
      await insertSession(manager, session);
      return true;
    });
  }

  /** Whatever it was before. */
  async reset(userId: string, to: string, now: Date): Promise<void> {
    await this.transactions.run(async (manager) => {
      await lockPassword(manager, userId);
      await replacePassword(manager, userId, to, now);
    });
  }
}

export async function replacePassword(manager: EntityManager, userId: string, hash: string, now: Date): Promise<void> {
  await manager.query('UPDATE user SET password_hash = ? WHERE id = ?', [hash, userId]);
  for (const table of ENDED) await manager.query(`DELETE FROM ${table} WHERE user_id = ?`, [userId]);
  await revokeLinks(manager, userId, now);
}

export async function revokeLinks(manager: EntityManager, userId: string, now: Date): Promise<void> {
  await manager.query(
    'UPDATE password_link SET revoked_at = ? WHERE user_id = ? AND used_at IS NULL AND revoked_at IS NULL',
    [now, userId],
  );
}
