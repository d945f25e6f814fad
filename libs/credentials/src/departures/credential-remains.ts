import { type Queries } from '@app/platform';
import {
  affected,
  found,
  ofAccounts,
  ofMerchant,
  type Leaving,
  type MerchantRemains,
  type Removal,
} from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type Finding } from '../reconcile/run-progress';
import { DepartureRepository } from './departure.repository';

const NOTED = 200;
const REWRITTEN = 5;
/** One that came back has an account again: what is known by its appid is the new one's. */
const LEFT = `merchant_purge_subject s WHERE s.purge_id = ?
  AND NOT EXISTS (SELECT 1 FROM account a WHERE a.platform_id = s.platform_id AND a.appid = s.appid)`;
const OF_PLATFORM = `SELECT s.appid FROM ${LEFT} AND s.platform_id = t.platform_id`;
const PLACES = `SELECT s.platform_id, s.appid FROM ${LEFT}`;
const purge = ({ purgeId }: Leaving): unknown[] => [purgeId];

interface Noted {
  readonly id: number;
  readonly publicId: string;
  readonly platformId: string;
  readonly appid: string;
}

/** Platforms' side of a merchant: its accounts with tokens, permissions and links, and what is known by their appids. */
@Injectable()
export class CredentialRemains implements MerchantRemains {
  readonly doors: readonly Removal[];
  readonly rows: readonly Removal[];
  readonly traces: readonly Removal[];

  constructor(departures: DepartureRepository) {
    this.doors = [
      found('invite_click', 'id', 't.invite_id IN (SELECT i.id FROM invite i WHERE i.merchant_id = ?)', (leaving) => [
        leaving.merchantId,
      ]),
      ofMerchant('invite'),
      { table: null, remove: (db, leaving) => noteAccounts(db, leaving, departures) },
      tokens,
    ];
    this.rows = [
      ...['account_permission', 'account_permission_history', 'authorization_code', 'campaign_member'].map(ofAccounts),
      ofAccounts('api_key_account'),
      found('account', 'id', 't.id IN (SELECT s.account_id FROM merchant_purge_subject s WHERE s.purge_id = ?)', purge),
    ];
    this.traces = [tokens, pushes, otherKinds, findings, reports];
  }
}

/** They are known as leaving, kept out, and closed to all calls: tasks find their gate shut, refreshes their token gone. */
async function noteAccounts(db: Queries, leaving: Leaving, departures: DepartureRepository): Promise<number> {
  const { purgeId, merchantId, now } = leaving;
  const accounts = await db.query<Noted[]>(
    `SELECT a.id, a.public_id AS publicId, a.platform_id AS platformId, a.appid FROM account a WHERE a.merchant_id = ?
       AND NOT EXISTS (SELECT 1 FROM merchant_purge_subject s WHERE s.purge_id = ? AND s.id = a.public_id)
     ORDER BY a.id LIMIT ${NOTED} FOR UPDATE`,
    [merchantId, purgeId],
  );
  if (accounts.length === 0) return 0;
  await db.query('INSERT INTO merchant_purge_subject (purge_id, id, account_id, platform_id, appid) VALUES ?', [
    accounts.map(({ id, publicId, platformId, appid }) => [purgeId, publicId, id, platformId, appid]),
  ]);
  for (const account of accounts) await departures.note(db, account, now);
  await db.query("UPDATE account SET state = 'revoked', revoked_at = ? WHERE id IN (?)", [
    now,
    accounts.map(({ id }) => id),
  ]);
  return accounts.length;
}

/** While the account is on its way out, and what a refresh left behind it. */
const tokens: Removal = {
  table: 'credential',
  async remove(db, { purgeId, merchantId }, most) {
    const rows = await db.query<{ id: number }[]>(
      `SELECT c.id FROM merchant_purge_subject s JOIN credential c ON c.platform_id = s.platform_id AND c.subject_appid = s.appid
       LEFT JOIN account a ON a.platform_id = s.platform_id AND a.appid = s.appid
       WHERE s.purge_id = ? AND (a.id IS NULL OR a.merchant_id = ?) LIMIT ?`,
      [purgeId, merchantId, most],
    );
    if (rows.length === 0) return 0;
    return affected(await db.query('DELETE FROM credential WHERE id IN (?)', [rows.map(({ id }) => id)]));
  },
};

/**
 * Sealed bodies that name the account outside of the seal; what names nobody there goes by its age. One that came during the purge
 * and is not worked off may bring the account back: its outcome, that the merchant left, takes the name away.
 */
const pushes = found(
  'push_event',
  'id',
  `t.subject_appid IN (${OF_PLATFORM}) AND (t.done_at IS NOT NULL OR t.received_at <
     (SELECT COALESCE(p.started_at, p.due_at) FROM merchant_purge p WHERE p.id = ?))`,
  ({ purgeId }) => [purgeId, purgeId],
);

const otherKinds: Removal = {
  table: 'other_kind_account',
  async remove(db, { purgeId }) {
    return affected(
      await db.query(`DELETE FROM other_kind_account WHERE (platform_id, appid) IN (${PLACES})`, [purgeId]),
    );
  },
};

/** A run's findings name accounts: it keeps its counts and those of others. */
const findings: Removal = {
  table: null,
  async remove(db, { purgeId }) {
    const runs = await db.query<{ id: string; platformId: string; findings: string }[]>(
      `SELECT t.id, t.platform_id AS platformId, t.findings FROM reconcile_run t WHERE EXISTS (
         SELECT 1 FROM ${LEFT} AND s.platform_id = t.platform_id AND INSTR(t.findings, s.appid) > 0) LIMIT ${REWRITTEN}`,
      [purgeId],
    );
    for (const run of runs) {
      const rows = await db.query<{ appid: string }[]>(`SELECT s.appid FROM ${LEFT} AND s.platform_id = ?`, [
        purgeId,
        run.platformId,
      ]);
      const left = new Set(rows.map(({ appid }) => appid));
      const others = (JSON.parse(run.findings) as Finding[]).filter(({ appid }) => !left.has(appid));
      await db.query('UPDATE reconcile_run SET findings = ? WHERE id = ?', [JSON.stringify(others), run.id]);
    }
    return runs.length;
  },
};

/** The last examination of a platform, made again whenever somebody asks. */
const reports: Removal = {
  table: null,
  async remove(db, { purgeId }) {
    return affected(
      await db.query(
        `UPDATE doctor_run t SET t.report = NULL, t.finished_at = NULL WHERE t.report IS NOT NULL AND EXISTS (
           SELECT 1 FROM ${LEFT} AND s.platform_id = t.platform_id AND INSTR(t.report, s.appid) > 0)`,
        [purgeId],
      ),
    );
  },
};
