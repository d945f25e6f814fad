import { Injectable } from '@nestjs/common';
import { Transactions } from '@app/platform';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { type Membership, type Principal, type Role } from '../role-policy';
import { Session } from './session.entity';

interface PrincipalRow {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role | null;
  readonly providerId: string | null;
  readonly merchantId: string | null;
}

const COLUMNS = 'u.id AS userId, u.email, u.name, m.role, m.provider_id AS providerId, m.merchant_id AS merchantId';

@Injectable()
export class SessionRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Stores a session in place of the one it follows, and clears away what is over of the same person. */
  async replace(session: Session, previous: Buffer | null): Promise<void> {
    await this.transactions.run(async (manager) => {
      if (previous) await manager.delete(Session, { idHash: previous });
      await manager.delete(Session, { userId: session.userId, expiresAt: LessThanOrEqual(session.createdAt) });
      // A commit of unknown outcome is repeated: the same row may be there.
      await manager
        .createQueryBuilder()
        .insert()
        .into(Session)
        .values(session)
        .orIgnore()
        .updateEntity(false)
        .execute();
    });
  }

  async delete(idHash: Buffer): Promise<void> {
    await this.dataSource.manager.delete(Session, { idHash });
  }

  /** One query per request: the session, its person and what they belong to. */
  async findPrincipal(idHash: Buffer, now: Date): Promise<Principal | null> {
    return principalOf(
      await this.dataSource.query<PrincipalRow[]>(
        `SELECT ${COLUMNS} FROM session s JOIN user u ON u.id = s.user_id LEFT JOIN membership m ON m.user_id = u.id
         WHERE s.id_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL ORDER BY m.id`,
        [idHash, now],
      ),
    );
  }

  async findPrincipalOfUser(userId: string): Promise<Principal | null> {
    return principalOf(
      await this.dataSource.query<PrincipalRow[]>(
        `SELECT ${COLUMNS} FROM user u LEFT JOIN membership m ON m.user_id = u.id
         WHERE u.id = ? AND u.disabled_at IS NULL ORDER BY m.id`,
        [userId],
      ),
    );
  }
}

function principalOf(rows: readonly PrincipalRow[]): Principal | null {
  const [first] = rows;
  if (!first) return null;
  const memberships = rows.flatMap(({ role, providerId, merchantId }): Membership[] =>
    role === null ? [] : [{ role, providerId, merchantId }],
  );
  return { userId: first.userId, email: first.email, name: first.name, memberships };
}
