import { Injectable } from '@nestjs/common';
import { databaseErrorCode, Transactions } from '@app/platform';
import { DataSource } from 'typeorm';
import { reachFilter, type SqlFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { type HeldMembership } from './care-policy';
import { Membership } from './membership.entity';
import { User } from './user.entity';

/** A membership and who holds it. */
export type MembershipRow = Pick<Membership, 'userId' | 'role' | 'providerId' | 'merchantId'>;
/** What a list shows of a person. */
export type UserRow = Pick<User, 'id' | 'email' | 'name' | 'disabledAt'> & { readonly hasJoined: number };

// A merchant's people belong to the merchant's provider, too.
const MEMBERSHIPS = 'membership m LEFT JOIN merchant t ON t.id = m.merchant_id';
const OWNERS = { provider: 'COALESCE(m.provider_id, t.provider_id)', merchant: 'm.merchant_id' };

@Injectable()
export class UserRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** False when somebody else has the e-mail address. */
  async insert(user: User, memberships: readonly Membership[]): Promise<boolean> {
    try {
      await this.transactions.run(async (manager) => {
        await manager.insert(User, user);
        await manager.insert(Membership, [...memberships]);
      });
      return true;
    } catch (error) {
      if (databaseErrorCode(error) !== 'ER_DUP_ENTRY') throw error;
      // A commit of unknown outcome is repeated: the row in the way may be our own.
      return (await this.findByEmail(user.email))?.id === user.id;
    }
  }

  /** The very address: the column's collation takes `é` for `e`, and what is tried is counted by address. */
  async findByEmail(email: string): Promise<User | null> {
    const user = await this.dataSource.manager.findOneBy(User, { email });
    return user?.email === email ? user : null;
  }

  async findById(id: string): Promise<User | null> {
    return this.dataSource.manager.findOneBy(User, { id });
  }

  /** All of them, whoever asks. */
  async memberships(userId: string): Promise<HeldMembership[]> {
    return this.dataSource.query<HeldMembership[]>(
      `SELECT m.role, m.provider_id AS providerId, m.merchant_id AS merchantId, ${OWNERS.provider} AS ownerId
       FROM ${MEMBERSHIPS} WHERE m.user_id = ?`,
      [userId],
    );
  }

  async listInReach(reach: Reach, after: string | null, count: number): Promise<UserRow[]> {
    const { sql, params } = visible(reach);
    return this.dataSource.query<UserRow[]>(
      `SELECT u.id, u.email, u.name, u.disabled_at AS disabledAt, u.password_hash IS NOT NULL AS hasJoined FROM user u
       WHERE u.id > ? AND u.id IN (SELECT m.user_id FROM ${MEMBERSHIPS} WHERE ${sql}) ORDER BY u.id LIMIT ?`,
      [after ?? '', ...params, count],
    );
  }

  /** The memberships of these users that lie in the reach; the others are another tenant's business. */
  async membershipsInReach(reach: Reach, userIds: readonly string[]): Promise<MembershipRow[]> {
    if (userIds.length === 0) return [];
    const { sql, params } = visible(reach);
    return this.dataSource.query<MembershipRow[]>(
      `SELECT m.user_id AS userId, m.role, m.provider_id AS providerId, m.merchant_id AS merchantId
       FROM ${MEMBERSHIPS} WHERE m.user_id IN (?) AND ${sql} ORDER BY m.id`,
      [userIds, ...params],
    );
  }

  async hasHost(email: string | null): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      `SELECT 1 FROM membership m JOIN user u ON u.id = m.user_id
       WHERE m.role = 'host' AND (? IS NULL OR u.email = ?) LIMIT 1`,
      [email, email],
    );
    return rows.length > 0;
  }
}

function visible(reach: Reach): SqlFilter {
  return reach.host ? { sql: 'TRUE', params: [] } : reachFilter(reach, OWNERS);
}
