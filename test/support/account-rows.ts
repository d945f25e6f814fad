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

/** Tasks in the state and at the time given, each of a fetch of its own unless it is named. */
export async function insertTasks(
  dataSource: DataSource,
  tasks: readonly {
    id: number;
    account: number;
    merchant: string;
    fetch?: string;
    state?: string;
    lane?: number;
    /** Where it stands: by its state when left out. */
    line?: number | null;
    at?: Date;
    queuedAt?: Date;
    turn?: string;
    from?: string;
    to?: string;
  }[],
): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  for (const task of tasks) {
    const state = task.state ?? 'planned';
    const [fetch, lane] = [task.fetch ?? `fet_${task.id}`, task.lane ?? 1];
    const isMoving = state === 'queued' || state === 'running';
    const line =
      task.line === undefined ? (isMoving || ['done', 'failed', 'cancelled'].includes(state) ? null : 0) : task.line;
    await dataSource.query(
      `INSERT IGNORE INTO \`fetch\` (id, provider_id, requested_by, scope, from_date, to_date, created_at, expanded_at)
       VALUES (?, 'prv_1', 'usr_1', '{}', '2025-01-01', '2025-01-07', ?, ?)`,
      [fetch, at, at],
    );
    await dataSource.query(
      `INSERT INTO fetch_task (id, fetch_id, account_id, turn_key, from_date, to_date, state, lane, line, next_attempt_at,
         queued_at, in_flight, turn_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, IF(?, (SELECT appid FROM account WHERE id = ?), NULL), ?, ?)`,
      [
        ...[task.id, fetch, task.account, task.merchant, task.from ?? '2025-01-01', task.to ?? '2025-01-07'],
        ...[state, lane, line, task.at ?? at, task.queuedAt ?? null],
        ...[isMoving ? 1 : 0, task.account, task.turn ?? null, at],
      ],
    );
  }
}
