import {
  LINK_DAYS_MAX,
  LINK_DOWNLOADS_MAX,
  LINK_STATES,
  type LinkState,
  type ReportLinkView,
  type UseOutcome,
  type UseRow,
} from '@app/reports';
import { ApiProperty } from '@nestjs/swagger';
import { iso, OpaqueId, OpaqueIds, Optional, Text, WholeNumber } from '../http';
import { ReportDays } from '../reports/reports.dto';

export class CreateReportLinkDto extends ReportDays {
  /** What it is for; whoever downloads does not see it. */
  @Text(120)
  name: string;

  /** A merchant's id: all its accounts, later ones included. Give either this or `accounts`. */
  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Accounts of one merchant, or of a provider. */
  @Optional()
  @OpaqueIds('acc', 200)
  accounts?: string[];

  /** 7 when left out. */
  @Optional()
  @WholeNumber(1, LINK_DAYS_MAX)
  expiresInDays?: number;

  /** As often as one likes when left out. */
  @Optional()
  @WholeNumber(1, LINK_DOWNLOADS_MAX)
  maxDownloads?: number;
}

export class ReportLinkDto {
  id: string;
  name: string;
  provider: string;
  /** Null: the provider's own. */
  @ApiProperty({ type: String, nullable: true })
  merchant: string | null;
  /** Null: all of the merchant's. Those that went to another merchant are left out. */
  @ApiProperty({ type: [String], nullable: true })
  accounts: readonly string[] | null;
  from: string;
  to: string;
  format: string;
  lang: string;
  @ApiProperty({ enum: LINK_STATES })
  state: LinkState;
  /** ISO 8601, UTC, as the times below. */
  createdAt: string;
  expiresAt: string;
  @ApiProperty({ type: String, nullable: true })
  revokedAt: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  maxDownloads: number | null;
  /** Those under way included, those broken off not. */
  @ApiProperty({ type: 'integer' })
  downloads: number;
  @ApiProperty({ type: String, nullable: true })
  lastDownloadAt: string | null;
}

export class MadeReportLinkDto extends ReportLinkDto {
  /** Shown this once. */
  url: string;
}

export class ReportLinkPageDto {
  items: ReportLinkDto[];
  nextCursor: string | null;
}

export class ReportLinkUseDto {
  startedAt: string;
  @ApiProperty({ type: String, nullable: true })
  endedAt: string | null;
  @ApiProperty({ enum: ['running', 'whole', 'broken_off'] })
  outcome: UseOutcome;
  /** Of the file; 0 while it is under way. */
  @ApiProperty({ type: 'integer' })
  bytes: number;
  /** IP address, as far as TRUSTED_PROXIES tell. */
  address: string;
  /** What the client said of itself, shortened. */
  userAgent: string;
}

export class ReportLinkUsePageDto {
  items: ReportLinkUseDto[];
  nextCursor: string | null;
}

export function reportLinkDto({ id, name, accounts, format, lang, state, ...view }: ReportLinkView): ReportLinkDto {
  return {
    ...{ id, name, provider: view.providerId, merchant: view.merchantId, accounts },
    ...{ from: view.fromDate, to: view.toDate, format, lang, state },
    createdAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    revokedAt: iso(view.revokedAt),
    ...{ maxDownloads: view.maxDownloads, downloads: view.downloads },
    lastDownloadAt: iso(view.lastDownloadAt),
  };
}

export function reportLinkUseDto({ startedAt, endedAt, outcome, bytes, address, userAgent }: UseRow): ReportLinkUseDto {
  const times = { startedAt: startedAt.toISOString(), endedAt: iso(endedAt) };
  return { ...times, outcome, bytes, address, userAgent };
}
