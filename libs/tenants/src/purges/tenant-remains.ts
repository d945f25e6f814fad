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

/** People of this merchant alone: what is theirs (devices, second factors, codes) goes with them. */
const users = found(
  'user',
  'id',
  `t.id IN (${SUBJECTS}) AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.user_id = t.id)`,
  ({ purgeId }) => [purgeId],
);

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
