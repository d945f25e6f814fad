import { type DataSource } from 'typeorm';
import { insertAccounts } from './account-rows';

/**
 * Accounts 1 … `count` of one platform, a hundred of them a merchant (mer_1, mer_2, …), every tenth without permission set 2.
 * Written by the server itself: 100,000 take some seconds.
 */
export async function insertManyAccounts(dataSource: DataSource, count: number): Promise<void> {
  await insertAccounts(dataSource, [{ id: 1, merchant: 'mer_1' }]);
  for (let have = 1; have < count;) {
    const more = Math.min(have, count - have);
    await dataSource.query(
      `INSERT IGNORE INTO merchant (id, provider_id, name, created_at)
       SELECT DISTINCT CONCAT('mer_', (id + ? + 99) DIV 100), 'prv_1', 'Merchant', authorized_at FROM account WHERE id <= ?`,
      [have, more],
    );
    await dataSource.query(
      `INSERT INTO account (id, public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name, head_img,
         verify_type, account_status, state, authorized_at, created_at)
       SELECT id + ?, CONCAT('acc_', id + ?), platform_id, CONCAT('wxa', id + ?), CONCAT('mer_', (id + ? + 99) DIV 100), kind,
         nick_name, '', '', '', 0, 1, state, authorized_at, created_at FROM account WHERE id <= ?`,
      [have, have, have, have, more],
    );
    have += more;
  }
  await dataSource.query(
    `INSERT IGNORE INTO account_permission (account_id, set_id, granted_at)
     SELECT id, 2, authorized_at FROM account WHERE id % 10 <> 0`,
  );
}
