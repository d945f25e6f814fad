import { Transactions, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Principal } from '../role-policy';
import { heldMemberships } from '../users/held-memberships';
import { PasswordLink } from './password-link.entity';
import { doesLinkStand, linksKeptFrom, type LinkPurpose } from './password-link-policy';
import { lockPassword } from './password-lock';
import { replacePassword, revokeLinks } from './password.repository';

/** A link that can be used, and for whom. */
export interface OpenLink {
  readonly userId: string;
  readonly createdBy: string;
  readonly email: string;
  readonly name: string;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
}

const OPEN = 'l.token_hash = ? AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > ?';

@Injectable()
export class PasswordLinkRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Of several links of a person the last one alone can be used. */
  async insert(link: PasswordLink): Promise<void> {
    await this.transactions.run(async (manager) => {
      await lockPassword(manager, link.userId);
      await revokeLinks(manager, link.userId, link.createdAt);
      // A commit of unknown outcome is repeated: the row revoked just now may be this one.
      await manager.query('DELETE FROM password_link WHERE id = ?', [link.id]);
      await manager.insert(PasswordLink, link);
    });
  }

  /** Changes nothing: whoever only looks at a link does not use it up. Null as well when its maker may not make it any more. */
  async findOpen(tokenHash: Buffer, now: Date): Promise<OpenLink | null> {
    const [link] = await this.dataSource.query<OpenLink[]>(
      `SELECT l.user_id AS userId, l.created_by AS createdBy, u.email, u.name, l.purpose, l.expires_at AS expiresAt
       FROM password_link l JOIN user u ON u.id = l.user_id WHERE ${OPEN} AND u.disabled_at IS NULL`,
      [tokenHash, now],
    );
    return link && (await stands(this.dataSource, link)) ? link : null;
  }

  /** Sets the password if the link is still open: of many at once one succeeds. */
  async use(tokenHash: Buffer, link: OpenLink, passwordHash: string, now: Date): Promise<boolean> {
    const { userId } = link;
    return this.transactions.run(async (manager) => {
      const before = await lockPassword(manager, userId);
      // A commit of unknown outcome is repeated: the new hash is salted, so it can be nobody else's.
      if (before === undefined || before === passwordHash) return before === passwordHash;
      if (!(await stands(manager, link))) return false;
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `UPDATE password_link l SET l.used_at = ? WHERE ${OPEN}`,
        [now, tokenHash, now],
      );
      if (affectedRows === 0) return false;
      await replacePassword(manager, userId, passwordHash, now);
      return true;
    });
  }

  /** Whose link it is, with what they may do now. */
  async personOf({ userId, email, name }: OpenLink): Promise<Principal> {
    return { userId, email, name, memberships: await heldMemberships(this.dataSource, [userId]) };
  }

  /** Takes back the links of a person. Who never joined goes with them, and their address is free again. */
  async revoke(userId: string, now: Date): Promise<void> {
    await this.transactions.run(async (manager) => {
      await lockPassword(manager, userId);
      await revokeLinks(manager, userId, now);
      await manager.query('DELETE FROM user WHERE id = ? AND password_hash IS NULL', [userId]);
    });
  }

  async prune(now: Date, count: number): Promise<void> {
    await this.dataSource.query('DELETE FROM password_link WHERE expires_at <= ? LIMIT ?', [linksKeptFrom(now), count]);
  }
}

async function stands(database: Queries, { userId, createdBy }: OpenLink): Promise<boolean> {
  const held = await heldMemberships(database, [userId, createdBy]);
  const party = (id: string) => ({ userId: id, memberships: held.filter((one) => one.userId === id) });
  return doesLinkStand({ maker: party(createdBy), person: party(userId) });
}
