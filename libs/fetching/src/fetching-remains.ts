import { type AccountScope } from '@app/credentials';
import { type Queries } from '@app/platform';
import {
  found,
  ofAccounts,
  ofMerchant,
  SUBJECTS,
  type Leaving,
  type MerchantRemains,
  type Reach,
  type Removal,
} from '@app/tenants';

const REWRITTEN = 20;
/** An appid's counts and pauses are everybody's who has an account with it. */
const GONE_APPIDS = `IN (SELECT s.appid FROM merchant_purge_subject s WHERE s.purge_id = ?
  AND NOT EXISTS (SELECT 1 FROM account a WHERE a.appid = s.appid))`;
const purge = ({ purgeId }: Leaving): unknown[] => [purgeId];

interface Row {
  readonly id: string;
  readonly scope: string;
  readonly reach: string | null;
}

/** A provider's fetch of several merchants' accounts stays; it does not name those that left. */
const scopes: Removal = {
  table: null,
  async remove(db, leaving) {
    const rows = await db.query<Row[]>(
      `SELECT f.id, f.scope, f.reach FROM \`fetch\` f WHERE f.provider_id = ? AND f.merchant_id IS NULL
         AND (INSTR(f.reach, ?) > 0 OR EXISTS (SELECT 1 FROM merchant_purge_subject s WHERE s.purge_id = ? AND INSTR(f.scope, s.id) > 0))
       LIMIT ${REWRITTEN}`,
      [leaving.providerId, leaving.merchantId, leaving.purgeId],
    );
    const left = rows.length === 0 ? new Set<string>() : await subjects(db, leaving);
    for (const { id, scope, reach } of rows)
      await db.query('UPDATE `fetch` SET scope = ?, reach = ? WHERE id = ?', [
        JSON.stringify(scopeWithout(JSON.parse(scope) as AccountScope, left)),
        reach === null ? null : JSON.stringify(reachWithout(JSON.parse(reach) as Reach, leaving.merchantId)),
        id,
      ]);
    return rows.length;
  },
};

function scopeWithout(scope: AccountScope, left: ReadonlySet<string>): AccountScope {
  return scope.accounts ? { ...scope, accounts: scope.accounts.filter((id) => !left.has(id)) } : scope;
}

function reachWithout(reach: Reach, merchantId: string): Reach {
  return { ...reach, merchantIds: reach.merchantIds.filter((id) => id !== merchantId) };
}

async function subjects(db: Queries, { purgeId }: Leaving): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }[]>(SUBJECTS, [purgeId]);
  return new Set(rows.map(({ id }) => id));
}

export const fetchingRemains: MerchantRemains = {
  // A worker that holds such a task finds it gone, as one that was cancelled.
  doors: [ofAccounts('fetch_task'), ofMerchant('`fetch`')],
  rows: [
    ofAccounts('fetch_task'),
    ofMerchant('`fetch`'),
    ofAccounts('day_miss'),
    ofAccounts('cumulate_revision'),
    ofAccounts('daily_cumulate'),
  ],
  traces: [
    scopes,
    ofAccounts('fetch_call'),
    found('call_count', 'subject', `t.subject ${GONE_APPIDS}`, purge),
    found('quota_hint', 'appid', `t.appid ${GONE_APPIDS}`, purge),
    found('appid_pause', 'appid', `t.appid ${GONE_APPIDS}`, purge),
  ],
};
