import { Injectable } from '@nestjs/common';
import { Transactions } from '@app/platform';
import { DataSource, LessThanOrEqual, type EntityManager, LessThan, MoreThan } from 'typeorm';
import { type Principal, type Role } from '../role-policy';
import { lockPassword } from '../passwords/password-lock';
import { hasSecondFactor } from '../second-factors/has-second-factor';
import { hasMembership } from '../users/held-memberships';
import { Session } from './session.entity';

interface PrincipalRow {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly providerId: string | null;
  readonly merchantId: string | null;
}

/** A session that holds, and whose it is. */
export interface FoundSession {
  readonly id: string;
  readonly lastUsedAt: Date;
  readonly principal: Principal;
}

const COLUMNS = 'u.id AS userId, u.email, u.name, m.role, m.provider_id AS providerId, m.merchant_id AS merchantId';

/** What a session was opened with: it opens only while that is still the person's password. */
export interface Opening {
  readonly passwordHash: string;
  /** Without it a session opens only for who has no second factor. */
  readonly isCodeShown: boolean;
  /** The session of the same browser that this one follows. */
  readonly previous: Buffer | null;
}

type OpeningResult = 'opened' | 'unproven' | 'no_membership';

/** Which sessions are open. */
interface Age {
  readonly now: Date;
  /** Those that were not used since are over. */
  readonly idleSince: Date;
}

@Injectable()
export class SessionRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Stores a session in place of the one it follows, and clears away what is over of the same person. `unproven` when the
   * person is disabled, has another password by now, or a second factor that was not shown: neither leaves a session of before
   * behind.
   */
  async open(session: Session, { passwordHash, isCodeShown, previous }: Opening): Promise<OpeningResult> {
    return this.transactions.run(async (manager) => {
      if ((await lockPassword(manager, session.userId)) !== passwordHash) return 'unproven';
      if (!isCodeShown && (await hasSecondFactor(manager, session.userId))) return 'unproven';
      if (!(await hasMembership(manager, session.userId))) return 'no_membership';
      if (previous) await manager.delete(Session, { idHash: previous });
      await manager.delete(Session, { userId: session.userId, expiresAt: LessThanOrEqual(session.createdAt) });
      await insertSession(manager, session);
      return 'opened';
    });
  }

  async delete(idHash: Buffer): Promise<void> {
    await this.dataSource.manager.delete(Session, { idHash });
  }

  /** False when the person has no such session. */
  async deleteOwn(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.dataSource.manager.delete(Session, { userId, id });
    return affected === 1;
  }

  async deleteAll(userId: string): Promise<void> {
    await this.dataSource.manager.delete(Session, { userId });
  }

  /** The newest first. */
  list(userId: string, { now, idleSince }: Age, before: string | null, count: number): Promise<Session[]> {
    const older = before === null ? {} : { id: LessThan(before) };
    return this.dataSource.manager.find(Session, {
      where: { userId, expiresAt: MoreThan(now), lastUsedAt: MoreThan(idleSince), ...older },
      order: { id: 'DESC' },
      take: count,
    });
  }

  /** One query per request: the session, its person and what they belong to. Null for who belongs to nothing any more. */
  async find(idHash: Buffer, now: Date, idleSince: Date): Promise<FoundSession | null> {
    const rows = await this.dataSource.query<(PrincipalRow & Omit<FoundSession, 'principal'>)[]>(
      `SELECT s.id, s.last_used_at AS lastUsedAt, ${COLUMNS}
       FROM session s JOIN user u ON u.id = s.user_id JOIN membership m ON m.user_id = u.id
       WHERE s.id_hash = ? AND s.expires_at > ? AND s.last_used_at > ? AND u.disabled_at IS NULL ORDER BY m.id`,
      [idHash, now, idleSince],
    );
    const [first] = rows;
    return first ? { id: first.id, lastUsedAt: first.lastUsedAt, principal: principalOf(first, rows) } : null;
  }

  async noteUse(idHash: Buffer, now: Date): Promise<void> {
    await this.dataSource.query('UPDATE session SET last_used_at = ? WHERE id_hash = ? AND last_used_at < ?', [
      now,
      idHash,
      now,
    ]);
  }

  async prune(now: Date, count: number): Promise<void> {
    await this.dataSource.query('DELETE FROM session WHERE expires_at <= ? LIMIT ?', [now, count]);
  }
}

export function hasSession(manager: EntityManager, idHash: Buffer): Promise<boolean> {
  return manager.existsBy(Session, { idHash });
}

/** A commit of unknown outcome is repeated: the same row may be there. */
export async function insertSession(manager: EntityManager, session: Session): Promise<void> {
  await manager.createQueryBuilder().insert().into(Session).values(session).orIgnore().updateEntity(false).execute();
}

function principalOf(first: PrincipalRow, rows: readonly PrincipalRow[]): Principal {
  const memberships = rows.map(({ role, providerId, merchantId }) => ({ role, providerId, merchantId }));
  return { userId: first.userId, email: first.email, name: first.name, memberships };
}
