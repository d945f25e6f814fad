import { Injectable } from '@nestjs/common';
import { databaseErrorCode, Transactions } from '@app/platform';
import { DataSource, type EntityManager } from 'typeorm';
import { reachFilter, type SqlFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { hasMembership, heldMemberships, MEMBERSHIPS, type MembershipRow, OWNERS } from './held-memberships';
import { Membership } from './membership.entity';
import { User } from './user.entity';

/** What a list shows of a person. */
export type UserRow = Pick<User, 'id' | 'email' | 'name' | 'disabledAt'> & { readonly hasJoined: number };

@Injectable()
export class UserRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** False when somebody else has the e-mail address; whoever has no role any more gives it up. */
  async insert(user: User, memberships: readonly Membership[]): Promise<boolean> {
    try {
      await this.transactions.run(async (manager) => {
        await freeAddress(manager, user.email);
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

  /** All that these people have, whoever asks. */
  memberships(...userIds: readonly string[]): Promise<MembershipRow[]> {
    return heldMemberships(this.dataSource, userIds);
  }

  /** A host sees those without any membership as well: nobody else can give them one. */
  async listInReach(reach: Reach, after: string | null, count: number): Promise<UserRow[]> {
    const { sql, params } = reach.host ? { sql: 'TRUE', params: [] } : inReach(reachFilter(reach, OWNERS));
    return this.dataSource.query<UserRow[]>(
      `SELECT u.id, u.email, u.name, u.disabled_at AS disabledAt, u.password_hash IS NOT NULL AS hasJoined FROM user u
       WHERE u.id > ? AND ${sql} ORDER BY u.id LIMIT ?`,
      [after ?? '', ...params, count],
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

function inReach({ sql, params }: SqlFilter): SqlFilter {
  return { sql: `u.id IN (SELECT m.user_id FROM ${MEMBERSHIPS} WHERE ${sql})`, params };
}

/** Somebody without a role is nobody's: whoever is made with their address is somebody new, with nothing of theirs. */
async function freeAddress(manager: EntityManager, email: string): Promise<void> {
  const [holder] = await manager.query<{ id: string; email: string }[]>(
    'SELECT id, email FROM user WHERE email = ? FOR UPDATE',
    [email],
  );
  if (holder?.email !== email || (await hasMembership(manager, holder.id))) return;
  await manager.query('DELETE FROM user WHERE id = ?', [holder.id]);
}
