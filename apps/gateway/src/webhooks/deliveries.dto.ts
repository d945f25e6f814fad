import { DELIVERY_STATES, type DeliveryState, type DeliveryView } from '@app/webhooks';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { iso, Instant, Optional, PageQuery } from '../http';

export class DeliveryQuery extends PageQuery {
  @ApiProperty({ enum: DELIVERY_STATES, required: false })
  @Optional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryState;
}

export class ReplayFailedDto {
  /** Deliveries that were made since then, with its time zone. */
  @Instant()
  since: string;
}

export class ReplayedDto {
  /** How many are sent again; at 1,000 there may be more. */
  replayed: number;
}

export class DeliveryDto {
  id: string;
  webhook: string;
  /** `webhook-id`: the same in every attempt. */
  event: string;
  type: string;
  @ApiProperty({ enum: DELIVERY_STATES })
  state: DeliveryState;
  /** Why it is in this state. */
  @ApiProperty({ type: String, nullable: true })
  because: string | null;
  /** Since it was made or replayed. */
  attempts: number;
  /** ISO 8601, UTC, as the times below. */
  createdAt: string;
  /** Null: it is over. */
  @ApiProperty({ type: String, nullable: true })
  nextAttemptAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  lastAttemptAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  endedAt: string | null;
  /** HTTP status of the last attempt. */
  @ApiProperty({ type: Number, nullable: true })
  status: number | null;
  /** Why no answer came. */
  @ApiProperty({ type: String, nullable: true })
  fault: string | null;
  /** The beginning of the answer. */
  @ApiProperty({ type: String, nullable: true })
  response: string | null;
  @ApiProperty({ type: Number, nullable: true })
  milliseconds: number | null;
  /** What is sent. */
  body: string;
}

export class DeliveryPageDto {
  items: DeliveryDto[];
  nextCursor: string | null;
}

export function deliveryDto(view: DeliveryView): DeliveryDto {
  const { id, endpointId, eventId, topic, state, reason, attempts, body } = view;
  return {
    ...{ id, webhook: endpointId, event: eventId, type: topic, state, because: reason, attempts },
    createdAt: view.createdAt.toISOString(),
    nextAttemptAt: state === 'pending' ? view.nextAttemptAt.toISOString() : null,
    lastAttemptAt: iso(view.lastAttemptAt),
    endedAt: iso(view.endedAt),
    ...{ status: view.lastStatus, fault: view.lastFault, response: view.lastResponse, milliseconds: view.lastMs },
    body,
  };
}
