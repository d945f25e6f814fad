import { TOPICS, URL_MAX, type Topic, type WebhookView } from '@app/webhooks';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn } from 'class-validator';
import { iso, OpaqueId, Optional, Text } from '../http';

export class CreateWebhookDto {
  /** Whose it is; who belongs to one provider alone may leave it out. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;

  @Text(120)
  name: string;

  /** https on port 443, on the public internet. Redirects are not followed. */
  @Text(URL_MAX)
  url: string;

  @ApiProperty({ enum: TOPICS, isArray: true, minItems: 1 })
  @IsIn(TOPICS, { each: true })
  @ArrayMaxSize(TOPICS.length)
  @ArrayMinSize(1)
  @IsArray()
  topics: Topic[];
}

export class ChangeWebhookDto {
  @Optional()
  @Text(120)
  name?: string;

  @Optional()
  @Text(URL_MAX)
  url?: string;

  @ApiProperty({ enum: TOPICS, isArray: true, minItems: 1, required: false })
  @Optional()
  @IsIn(TOPICS, { each: true })
  @ArrayMaxSize(TOPICS.length)
  @ArrayMinSize(1)
  @IsArray()
  topics?: Topic[];

  /** What waits is kept while it is false, and sent when it is true again; what happens meanwhile is not told. */
  @Optional()
  @IsBoolean()
  enabled?: boolean;
}

export class WebhookHealthDto {
  /** Attempts in a row that failed. */
  failures: number;
  /** ISO 8601, UTC. */
  @ApiProperty({ type: String, nullable: true })
  failingSince: string | null;
  /** Nothing is sent until then. */
  @ApiProperty({ type: String, nullable: true })
  pausedUntil: string | null;
}

export class WebhookDto {
  id: string;
  provider: string;
  name: string;
  /** Whole for who may change it; for others its origin, since the rest may be a secret. */
  url: string;
  @ApiProperty({ enum: TOPICS, isArray: true })
  topics: readonly string[];
  @ApiProperty({ enum: ['enabled', 'disabled'] })
  state: string;
  /** `gone`: it answered 410. `failing`: it took nothing for five days. */
  @ApiProperty({ enum: ['person', 'gone', 'failing'], nullable: true })
  disabledBecause: string | null;
  health: WebhookHealthDto;
  createdAt: string;
}

export class MadeWebhookDto extends WebhookDto {
  /** Signs deliveries. Shown this once. */
  @ApiProperty({ example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' })
  secret: string;
}

export class WebhookSecretDto {
  /** Shown this once. */
  secret: string;
  /** Until then deliveries are signed with the secret before it, too. */
  previousUntil: string;
}

export class WebhookPageDto {
  items: WebhookDto[];
  nextCursor: string | null;
}

/** @param showsUrl whether the reader may see all of it */
export function webhookDto(view: WebhookView, showsUrl: boolean): WebhookDto {
  const { id, providerId, name, url, topics, state, disabledBecause, failures } = view;
  return {
    ...{ id, provider: providerId, name, url: showsUrl ? url : `${new URL(url).origin}/…`, topics, state },
    disabledBecause,
    health: {
      failures,
      failingSince: iso(view.failingSince),
      pausedUntil: iso(view.pausedUntil),
    },
    createdAt: view.createdAt.toISOString(),
  };
}
