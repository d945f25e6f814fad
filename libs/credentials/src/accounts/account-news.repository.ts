import { Outbox } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type AccountTopic } from './account-news-policy';

const FACTS = `JSON_OBJECT('account', a.public_id, 'appid', a.appid, 'platform', a.platform_id, 'componentAppid', p.appid,
  'merchant', a.merchant_id, 'state', a.state`;
const SETS = `(SELECT GROUP_CONCAT(s.set_id ORDER BY s.set_id) FROM account_permission s WHERE s.account_id = a.id)`;

/** Tells others what became of an account, as its row says at this point of the transaction. */
@Injectable()
export class AccountNewsRepository {
  constructor(private readonly outbox: Outbox) {}

  async tell(manager: EntityManager, topic: AccountTopic, accountId: number, at: Date): Promise<void> {
    await this.outbox.note(manager, {
      topic,
      // MySQL and MariaDB do not agree on how a list becomes JSON inside an object: it is written by hand.
      select: `SELECT p.provider_id, a.merchant_id, a.public_id AS subject,
         CONCAT(TRIM(TRAILING '}' FROM ${FACTS})), ', "permissionSets": [', COALESCE(${SETS}, ''), ']}') AS payload
         FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = ?`,
      params: [accountId],
      at,
    });
  }
}
