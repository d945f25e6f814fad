import { type EntityManager } from 'typeorm';

/** One that is confirmed: from then on it is asked for. */
export async function hasSecondFactor(manager: EntityManager, userId: string): Promise<boolean> {
  const rows = await manager.query<object[]>(
    'SELECT 1 FROM second_factor WHERE user_id = ? AND confirmed_at IS NOT NULL',
    [userId],
  );
  return rows.length > 0;
}
