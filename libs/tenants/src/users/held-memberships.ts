import { type Queries } from '@app/platform';
import { type HeldMembership } from './care-policy';

/** A membership as its row has it. */
export interface MembershipRow extends HeldMembership {
  readonly id: string;
  readonly userId: string;
}

// A merchant's people belong to the merchant's provider, too.
export const MEMBERSHIPS = 'membership m LEFT JOIN merchant t ON t.id = m.merchant_id';
export const OWNERS = { provider: 'COALESCE(m.provider_id, t.provider_id)', merchant: 'm.merchant_id' };

const COLUMNS = `m.id, m.user_id AS userId, m.role, m.provider_id AS providerId, m.merchant_id AS merchantId,
  ${OWNERS.provider} AS ownerId`;

/** All memberships of these people, whoever asks. */
export async function heldMemberships(database: Queries, userIds: readonly string[]): Promise<MembershipRow[]> {
  if (userIds.length === 0) return [];
  return database.query<MembershipRow[]>(`SELECT ${COLUMNS} FROM ${MEMBERSHIPS} WHERE m.user_id IN (?) ORDER BY m.id`, [
    userIds,
  ]);
}

export async function hasMembership(database: Queries, userId: string): Promise<boolean> {
  return (await database.query<object[]>('SELECT 1 FROM membership WHERE user_id = ? LIMIT 1', [userId])).length > 0;
}
