import { type SeenEvent } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { Instant, OpaqueId, Optional, PageQuery } from '../http';

const OUTCOMES = ['done', 'refused', 'failed'] as const;

/** Which events; all of them without a member. */
export class AuditQuery extends PageQuery {
  /** To whose tenants it was done: a merchant. */
  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Who did it: a person's or a key's id. */
  @Optional()
  @Matches(/^(usr|key)_[0-9a-z]{1,28}$/)
  actor?: string;

  /** What it was done to, or what it made. */
  @Optional()
  @Matches(/^[a-z]{3}_[0-9a-z]{1,28}$/)
  target?: string;

  /** Such as `fetch:start`. */
  @Optional()
  @Matches(/^[a-z-]{1,30}:[a-z-]{1,20}$/)
  action?: string;

  @Optional()
  @IsIn(OUTCOMES)
  outcome?: (typeof OUTCOMES)[number];

  /** From this instant on, with its time zone. */
  @Optional()
  @Instant()
  from?: string;

  /** Before this instant. */
  @Optional()
  @Instant()
  to?: string;
}

export class AuditActorDto {
  @ApiProperty({ enum: ['host', 'user', 'key', 'nobody'] })
  kind: string | null;
  /** Null where a merchant is not told who of its provider it was, or a provider who of the host. */
  @ApiProperty({ type: String, nullable: true })
  id: string | null;
  /** E-mail address or key name, as they were then. */
  @ApiProperty({ type: String, nullable: true })
  name: string | null;
  /** Somebody of the provider, who is not named here. */
  isOfProvider: boolean;
}

export class AuditEventDto {
  /** The request that did it: its X-Request-Id. */
  id: string;
  at: string;
  actor: AuditActorDto;
  @ApiProperty({ type: String, nullable: true, example: 'fetch:start' })
  action: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'POST /api/v1/fetches' })
  route: string | null;
  @ApiProperty({ type: String, nullable: true })
  merchant: string | null;
  @ApiProperty({ type: String, nullable: true })
  target: string | null;
  /** All ids that the request named. */
  targets: string[];
  /** Where from. */
  @ApiProperty({ type: String, nullable: true })
  address: string | null;
  /** Null: it began, and nobody knows how it ended. */
  @ApiProperty({ enum: OUTCOMES, nullable: true })
  outcome: string | null;
  /** Why it was refused or failed. */
  @ApiProperty({ type: String, nullable: true })
  code: string | null;
  /** Its place in the provider's chain; null until it is sealed, about a minute later. */
  @ApiProperty({ type: Number, nullable: true })
  seq: number | null;
}

export class AuditPageDto {
  items: AuditEventDto[];
  nextCursor: string | null;
}

class ChainFaultDto {
  /** The place from which on the chain is not whole. */
  at: number;
  @ApiProperty({
    enum: [
      ...['missing', 'changed', 'relinked', 'emptied', 'end_differs', 'tail_missing', 'end_forged'],
      ...['purge_forged', 'purge_differs'],
    ],
  })
  because: string;
}

export class ChainReportDto {
  /** A provider's id, or `installation`. */
  chain: string;
  /** Sealed events that are in order. */
  events: number;
  /** How many of them were purged: their hashes are left. */
  purged: number;
  /** Events that nobody has sealed for a quarter of an hour. */
  overdue: number;
  /** Keep it elsewhere: as long as a later check passes through it, nothing before it was changed. */
  head: string;
  @ApiProperty({ type: ChainFaultDto, nullable: true })
  fault: ChainFaultDto | null;
}

export class ChainReportsDto {
  chains: ChainReportDto[];
}

export function auditEventDto(event: SeenEvent): AuditEventDto {
  const { requestId, at, actorKind, actorId, actorName, isOfProvider, action, route, merchantId, targetId } = event;
  const { targetIds, address, outcome, code, seq } = event;
  return {
    ...{ id: requestId, at: at.toISOString() },
    actor: { kind: actorKind, id: actorId, name: actorName, isOfProvider },
    ...{ action, route, merchant: merchantId, target: targetId, targets: targetIds?.split(' ') ?? [] },
    ...{ address, outcome, code, seq },
  };
}
