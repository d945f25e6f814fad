import { AbortableQueries } from '@app/platform';
import { pages, type ExportedFile, type Merchant, type MerchantExport } from '@app/tenants';
import { Injectable } from '@nestjs/common';

/** A merchant's report links, without what opens them. */
@Injectable()
export class ReportExport implements MerchantExport {
  constructor(private readonly queries: AbortableQueries) {}

  *files({ id }: Merchant, signal: AbortSignal): Generator<ExportedFile> {
    const rows = pages('', (after, count) =>
      this.queries.query<{ k: string }[]>(
        signal,
        `SELECT id AS k, id, name, from_date AS \`from\`, to_date AS \`to\`, format, lang, created_at AS createdAt,
           expires_at AS expiresAt, revoked_at AS revokedAt, max_downloads AS maxDownloads, downloads,
           last_download_at AS lastDownloadAt
         FROM report_link WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [id, after, count],
      ),
    );
    yield { name: 'report-links', rows };
  }
}
