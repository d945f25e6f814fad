import {
  affected,
  found,
  ofMerchant,
  SUBJECTS,
  type Leaving,
  type MerchantRemains,
  type Removal,
} from './merchant-remains';

const OF_ITS_PEOPLE = 't.user_id IN (SELECT m.user_id FROM membership m WHERE m.merchant_id = ?)';
const merchant = ({ merchantId }: Leaving): unknown[] => [merchantId];

/** Who has no role elsewhere goes along; keys are remembered for what they left. */
const people: Removal = {
  table: null,
  async remove(db, { purgeId, merchantId }, most) {
    return affected(
      await db.query(
        `INSERT INTO merchant_purge_subject (purge_id, id)
         SELECT ?, who.id FROM (
           SELECT DISTINCT m.user_id AS id FROM membership m WHERE m.merchant_id = ? AND NOT EXISTS (SELECT 1 FROM membership o
             WHERE o.user_id = m.user_id AND (o.merchant_id IS NULL OR o.merchant_id <> m.merchant_id))
           UNION ALL SELECT k.id FROM api_key k WHERE k.merchant_id = ?) who
         WHERE who.id NOT IN (${SUBJECTS}) LIMIT ?`,
        [purgeId, merchantId, merchantId, purgeId, most],
      ),
    );
  },
};

/** Of who is known to leave, or stays with another role: whoever joins now is looked at again. */
const memberships = found(
  'membership',
  'id',
  `t.merchant_id = ? AND (t.user_id IN (${SUBJECTS}) OR EXISTS (SELECT 1 FROM membership o
     WHERE o.user_id = t.user_id AND (o.merchant_id IS NULL OR o.merchant_id <> t.merchant_id)))`,
  ({ merchantId, purgeId }) => [merchantId, purgeId],
);

const OF_NOBODY = 'NOT EXISTS (SELECT 1 FROM membership m WHERE m.user_id = user.id)';

/** People of this merchant alone: what is theirs (devices, second factors, codes) goes with them. */
const users: Removal = {
  table: 'user',
  async remove(db, { purgeId }, most) {
    const rows = await db.query<{ id: string }[]>(
      `SELECT user.id FROM user WHERE user.id IN (${SUBJECTS}) AND ${OF_NOBODY} LIMIT ?`,
      [purgeId, most],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    // Whoever gives somebody a role holds the row: it was given before this, and is seen, or finds nobody.
    await db.query('SELECT id FROM user WHERE id IN (?) ORDER BY id FOR UPDATE', [ids]);
    return affected(await db.query(`DELETE FROM user WHERE id IN (?) AND ${OF_NOBODY}`, [ids]));
  },
};

/** What requests were answered, sealed: those of people who left and of keys. */
const answers = found('idempotency_key', 'id', `t.caller_id IN (${SUBJECTS})`, ({ purgeId }) => [purgeId]);

export const tenantRemains: MerchantRemains = {
  doors: [
    people,
    found('session', 'id_hash', OF_ITS_PEOPLE, merchant),
    found('pending_login', 'token_hash', OF_ITS_PEOPLE, merchant),
    found('password_link', 'id', OF_ITS_PEOPLE, merchant),
    memberships,
    ofMerchant('api_key'),
  ],
  rows: [users],
  traces: [answers],
};
