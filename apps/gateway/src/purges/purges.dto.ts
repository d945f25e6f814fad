import { type PurgeRow } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { iso, Text } from '../http';

export class PurgeMerchantDto {
  /** The exact name of the merchant. */
  @Text(120)
  confirm: string;
}

export class PurgeDto {
  id: string;
  provider: string;
  /** The merchant that leaves, or left. */
  merchant: string;
  @ApiProperty({ enum: ['scheduled', 'running', 'done', 'cancelled'] })
  state: string;
  /** Who ordered it. */
  requestedBy: string;
  /** ISO 8601, UTC. */
  requestedAt: string;
  /** Until then it can be taken back. */
  dueAt: string;
  startedAt: string | null;
  /** When the merchant was gone; what is kept of it in other places, and what the audit log says, goes after that. */
  goneAt: string | null;
  doneAt: string | null;
  cancelledBy: string | null;
  cancelledAt: string | null;
  /** Rows removed so far, by what they were; of `audit_event`: emptied. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { daily_cumulate: 4383, account: 1 },
  })
  removed: Readonly<Record<string, number>>;
}

export class PurgePageDto {
  items: PurgeDto[];
  nextCursor: string | null;
}

export function purgeDto(purge: PurgeRow): PurgeDto {
  const { id, state, requestedBy, requestedAt, dueAt, cancelledBy, removed } = purge;
  return {
    ...{ id, provider: purge.providerId, merchant: purge.merchantId, state, requestedBy, cancelledBy, removed },
    ...{ requestedAt: requestedAt.toISOString(), dueAt: dueAt.toISOString() },
    ...{ startedAt: iso(purge.startedAt), goneAt: iso(purge.goneAt), doneAt: iso(purge.doneAt) },
    cancelledAt: iso(purge.cancelledAt),
  };
}
