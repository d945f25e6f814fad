import { AbortableQueries } from '@app/platform';
import { pages, type ExportedFile, type Merchant, type MerchantExport } from '@app/tenants';
import { Injectable } from '@nestjs/common';

const ACCOUNT = `a.public_id AS id, a.appid, a.platform_id AS platform, a.kind, a.nick_name AS name,
  a.principal_name AS principalName, a.user_name AS userName, a.head_img AS headImg, a.service_type AS serviceType,
  a.verify_type AS verifyType, a.account_status AS accountStatus, a.state, a.authorized_at AS authorizedAt,
  a.revoked_at AS revokedAt, a.data_from AS dataFrom, a.complete_to AS completeTo, a.created_at AS createdAt`;

interface Row {
  readonly k: number;
  readonly sets: string | null;
}

/** A merchant's accounts with what they granted, and the links that led them here. Tokens are nobody's to have. */
@Injectable()
export class AccountExport implements MerchantExport {
  constructor(private readonly queries: AbortableQueries) {}

  *files({ id }: Merchant, signal: AbortSignal): Generator<ExportedFile> {
    yield { name: 'accounts', rows: this.accounts(id, signal) };
    yield { name: 'permission-history', rows: this.history(id, signal) };
    yield { name: 'invites', rows: this.invites(id, signal) };
  }

  private async *accounts(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    const read = (after: number, count: number): Promise<Row[]> =>
      this.queries.query<Row[]>(
        signal,
        `SELECT a.id AS k, ${ACCOUNT}, (SELECT GROUP_CONCAT(s.set_id ORDER BY s.set_id) FROM account_permission s
           WHERE s.account_id = a.id) AS sets
         FROM account a WHERE a.merchant_id = ? AND a.id > ? ORDER BY a.id LIMIT ?`,
        [merchantId, after, count],
      );
    for await (const { sets, ...account } of pages(0, read))
      yield { ...account, sets: (sets ?? '').split(',').filter(Boolean).map(Number) };
  }

  private async *history(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    for await (const { id, account } of accountsOf(this.queries, merchantId, signal))
      yield* pages(0, (after, count) =>
        this.queries.query<{ k: number }[]>(
          signal,
          `SELECT id AS k, ? AS account, set_id AS \`set\`, change_kind AS \`change\`, source, changed_at AS changedAt, invite_id AS invite
           FROM account_permission_history WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?`,
          [account, id, after, count],
        ),
      );
  }

  private invites(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    return pages('', (after, count) =>
      this.queries.query<{ k: string }[]>(
        signal,
        `SELECT i.id AS k, i.id, i.platform_id AS platform, i.created_at AS createdAt, i.expires_at AS expiresAt,
           i.used_at AS usedAt, a.public_id AS account, i.campaign_id AS campaign
         FROM invite i LEFT JOIN account a ON a.id = i.account_id WHERE i.merchant_id = ? AND i.id > ? ORDER BY i.id LIMIT ?`,
        [merchantId, after, count],
      ),
    );
  }
}

/** A merchant's accounts, by their rows' ids and public ones. */
export function accountsOf(
  queries: AbortableQueries,
  merchantId: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly id: number; readonly account: string }> {
  return pages<{ k: number; id: number; account: string }>(0, (after, count) =>
    queries.query(
      signal,
      'SELECT id AS k, id, public_id AS account FROM account WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?',
      [merchantId, after, count],
    ),
  );
}
