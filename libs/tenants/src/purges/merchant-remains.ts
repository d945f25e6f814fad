import { type Queries } from '@app/platform';

/** A merchant on its way out. */
export interface Leaving {
  readonly purgeId: string;
  readonly merchantId: string;
  readonly providerId: string;
  readonly now: Date;
}

/** Something to do for a leaving merchant, until nothing of it is left. */
export interface Removal {
  /** Whose rows the receipt counts; null: none are removed. */
  readonly table: string | null;
  /** One piece in the caller's transaction, about `most` rows; safe to repeat. How many, 0 when nothing is left. */
  remove(db: Queries, leaving: Leaving, most: number): Promise<number>;
}

/** What of a merchant is one lib's. An app that knows all libs does the parts of all, in this order. */
export interface MerchantRemains {
  /** First: after these nobody comes in, and nothing is begun for the merchant. */
  readonly doors: readonly Removal[];
  /** Then what is stored, up to the accounts and people themselves. */
  readonly rows: readonly Removal[];
  /** Last, when the merchant is gone for a while: what processes that did not know yet may have written behind it. */
  readonly traces: readonly Removal[];
}

/** Those who leave, as a table of one column. Takes the purge's id. */
export const SUBJECTS = 'SELECT s.id FROM merchant_purge_subject s WHERE s.purge_id = ?';

const ACCOUNTS_TOGETHER = 50;

/** Rows of a table that names accounts by their row's id, and begins an index with it. */
export function ofAccounts(table: string): Removal {
  return {
    table,
    async remove(db, { purgeId }, most) {
      // Of those that have rows: an empty range of each account, again and again, would cost more than the rows.
      const accounts = await db.query<{ id: number }[]>(
        `SELECT s.account_id AS id FROM merchant_purge_subject s WHERE s.purge_id = ?
           AND EXISTS (SELECT 1 FROM ${table} t WHERE t.account_id = s.account_id) LIMIT ${ACCOUNTS_TOGETHER}`,
        [purgeId],
      );
      if (accounts.length === 0) return 0;
      const ids = accounts.map(({ id }) => id);
      return affected(await db.query(`DELETE FROM ${table} WHERE account_id IN (?) LIMIT ?`, [ids, most]));
    },
  };
}

/** Rows of the merchant itself. */
export function ofMerchant(table: string): Removal {
  return {
    table: table.replaceAll('`', ''),
    async remove(db, { merchantId }, most) {
      return affected(await db.query(`DELETE FROM ${table} WHERE merchant_id = ? LIMIT ?`, [merchantId, most]));
    },
  };
}

/** Rows that a query finds, by a key of one column; it is looked for first, so that deleting locks nothing else. */
export function found(
  table: string,
  key: string,
  where: string,
  params: (leaving: Leaving) => readonly unknown[],
): Removal {
  return {
    table,
    async remove(db, leaving, most) {
      const keys = await db.query<{ k: unknown }[]>(
        `SELECT DISTINCT t.${key} AS k FROM ${table} t WHERE ${where} LIMIT ?`,
        [...params(leaving), most],
      );
      if (keys.length === 0) return 0;
      return affected(await db.query(`DELETE FROM ${table} WHERE ${key} IN (?)`, [keys.map(({ k }) => k)]));
    },
  };
}

/** Of a statement that changed rows. */
export function affected(result: unknown): number {
  return (result as { readonly affectedRows: number }).affectedRows;
}
