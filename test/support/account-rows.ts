import { type DataSource } from 'typeorm';

/** Writes a provider, a platform, merchants and their accounts straight into the tables. Returns the accounts' ids. */
export async function insertAccounts(
  dataSource: DataSource,
  accounts: readonly { readonly id: number; readonly merchant: string; readonly sets?: readonly number[] }[],
): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  await dataSource.query("INSERT IGNORE INTO provider VALUES ('prv_1', 'Provider', ?)", [at]);
  await dataSource.query(
    "INSERT IGNORE INTO platform (id, provider_id, appid, name, public_origin, created_at) VALUES ('plt_1', 'prv_1', 'wxp', 'P', 'https://p.example', ?)",
    [at],
  );
  for (const { id, merchant, sets = [2] } of accounts) {
    await dataSource.query("INSERT IGNORE INTO merchant VALUES (?, 'prv_1', 'Merchant', ?)", [merchant, at]);
    await dataSource.query(
      `INSERT INTO account (id, public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name, head_img,
         verify_type, account_status, state, authorized_at, created_at)
       VALUES (?, ?, 'plt_1', ?, ?, 'official_account', 'Account', '', '', '', 0, 1, 'authorized', ?, ?)`,
      [id, `acc_${id}`, `wxa${id}`, merchant, at, at],
    );
    for (const set of sets) {
      await dataSource.query('INSERT INTO account_permission (account_id, set_id, granted_at) VALUES (?, ?, ?)', [
        id,
        set,
        at,
      ]);
    }
  }
}

/** Tasks of one fetch, in the state and at the time given. */
export async function insertTasks(
  dataSource: DataSource,
  tasks: readonly {
    id: number;
    account: number;
    merchant: string;
    state?: string;
    at?: Date;
    queuedAt?: Date;
    from?: string;
    to?: string;
  }[],
): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  await dataSource.query(
    "INSERT IGNORE INTO `fetch` (id, provider_id, requested_by, scope, from_date, to_date, created_at) VALUES ('fet_1', 'prv_1', 'usr_1', '{}', '2025-01-01', '2025-01-07', ?)",
    [at],
  );
  for (const task of tasks) {
    await dataSource.query(
      `INSERT INTO fetch_task (id, fetch_id, account_id, turn_key, from_date, to_date, state, next_attempt_at, queued_at, created_at)
       VALUES (?, 'fet_1', ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[task.id, task.account, task.merchant, task.from ?? '2025-01-01', task.to ?? '2025-01-07'],
        ...[task.state ?? 'planned', task.at ?? at, task.queuedAt ?? null, at],
      ],
    );
  }
}
