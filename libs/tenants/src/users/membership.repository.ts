import { type EntityManager } from 'typeorm';
import { revokeLinks } from '../passwords/password.repository';
import { type Role } from '../role-policy';
import { type MembershipRow } from './held-memberships';
import { type Membership } from './membership.entity';
import { type Grant, type GrantFacts } from './membership-policy';

/** A person whose row is ours until the transaction ends. */
export interface LockedPerson {
  readonly hasJoined: boolean;
  readonly canLogIn: boolean;
}

/**
 * Whatever changes what a person may do begins with this: one change at a time, and no login or use of a password link beside
 * it. Null: there is no such person.
 */
export async function lockPerson(manager: EntityManager, userId: string): Promise<LockedPerson | null> {
  const [row] = await manager.query<{ hasJoined: number; isDisabled: number }[]>(
    `SELECT password_hash IS NOT NULL AS hasJoined, disabled_at IS NOT NULL AS isDisabled FROM user
     WHERE id = ? FOR UPDATE`,
    [userId],
  );
  return row ? { hasJoined: row.hasJoined === 1, canLogIn: row.hasJoined === 1 && row.isDisabled === 0 } : null;
}

/** They stay until the transaction ends. */
export async function grantFacts(manager: EntityManager, { providerId, merchantId }: Grant): Promise<GrantFacts> {
  const providers =
    providerId === null
      ? []
      : await manager.query<object[]>('SELECT id FROM provider WHERE id = ? LOCK IN SHARE MODE', [providerId]);
  const [merchant] =
    merchantId === null
      ? []
      : await manager.query<{ owner: string }[]>(
          'SELECT provider_id AS owner FROM merchant WHERE id = ? LOCK IN SHARE MODE',
          [merchantId],
        );
  return { providerExists: providers.length > 0, merchantOwner: merchant?.owner ?? null };
}

/**
 * Does somebody else who can log in hold this role in the same place? All who hold it are locked in the order of their rows, so of
 * two who take it away from each other the second finds what the first left.
 */
export async function isHeldByOthers(manager: EntityManager, one: MembershipRow): Promise<boolean> {
  const all = await manager.query<{ id: string }[]>(
    'SELECT id FROM membership WHERE provider_id <=> ? AND merchant_id <=> ? AND role = ?',
    [one.providerId, one.merchantId, one.role],
  );
  const rows = await manager.query<{ userId: string }[]>(
    'SELECT user_id AS userId FROM membership WHERE id IN (?) AND role = ? ORDER BY id FOR UPDATE',
    [[one.id, ...all.map(({ id }) => id)], one.role],
  );
  const others = rows.map(({ userId }) => userId).filter((userId) => userId !== one.userId);
  if (others.length === 0) return false;
  const able = await manager.query<object[]>(
    'SELECT 1 FROM user WHERE id IN (?) AND password_hash IS NOT NULL AND disabled_at IS NULL LIMIT 1',
    [others],
  );
  return able.length > 0;
}

export async function insertMembership(
  manager: EntityManager,
  { id, userId, role, scopeId, providerId, merchantId, createdAt }: Membership,
): Promise<void> {
  await manager.query(
    'INSERT INTO membership (id, user_id, role, scope_id, provider_id, merchant_id, created_at) VALUES (?)',
    [[id, userId, role, scopeId, providerId, merchantId, createdAt]],
  );
}

export async function setRole(manager: EntityManager, id: string, role: Role): Promise<void> {
  await manager.query('UPDATE membership SET role = ? WHERE id = ?', [role, id]);
}

export async function deleteMembership(manager: EntityManager, id: string): Promise<void> {
  await manager.query('DELETE FROM membership WHERE id = ?', [id]);
}

/** For who has no role left: who never joined goes, and their address is free again; all others are logged out. */
export async function shutOut(
  manager: EntityManager,
  userId: string,
  { hasJoined }: LockedPerson,
  now: Date,
): Promise<void> {
  if (!hasJoined) {
    await manager.query('DELETE FROM user WHERE id = ?', [userId]);
    return;
  }
  for (const table of ['session', 'pending_login'])
    await manager.query(`DELETE FROM ${table} WHERE user_id = ?`, [userId]);
  await revokeLinks(manager, userId, now);
}
