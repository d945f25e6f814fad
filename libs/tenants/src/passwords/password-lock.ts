import { type EntityManager } from 'typeorm';

/**
 * The hash of a person's password, whose row is ours until the transaction ends: every write that depends on a password, or
 * replaces one, begins with this. Undefined when there is no such person, or disabled.
 */
export async function lockPassword(manager: EntityManager, userId: string): Promise<string | null | undefined> {
  const [user] = await manager.query<{ hash: string | null }[]>(
    'SELECT password_hash AS hash FROM user WHERE id = ? AND disabled_at IS NULL FOR UPDATE',
    [userId],
  );
  return user?.hash;
}
