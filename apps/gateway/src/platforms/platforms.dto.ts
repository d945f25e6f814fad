import { ApiProperty } from '@nestjs/swagger';
import { type PlatformView, type TicketState } from '@app/credentials';
import { iso, OpaqueId, Password, Text, Optional } from '../http';

const SECRET_MAX = 128;

export class CreatePlatformDto {
  /** May be left out by who belongs to exactly one provider. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;

  /** The component_appid. */
  @Text(32)
  appid: string;

  @Text(120)
  name: string;

  @Password(1, SECRET_MAX)
  appSecret: string;

  @Password(1, SECRET_MAX)
  callbackToken: string;

  @Password(1, SECRET_MAX)
  encodingAesKey: string;

  /** Where WeChat and merchants reach this platform's pages, such as https://wx.example.com. */
  @Text(255)
  publicOrigin: string;
}

export class UpdatePlatformDto {
  @Optional()
  @Text(120)
  name?: string;

  @Optional()
  @Text(255)
  publicOrigin?: string;

  @Optional()
  @Password(1, SECRET_MAX)
  appSecret?: string;

  /** The one before stays valid beside it. */
  @Optional()
  @Password(1, SECRET_MAX)
  callbackToken?: string;

  /** The one before stays valid beside it. */
  @Optional()
  @Password(1, SECRET_MAX)
  encodingAesKey?: string;
}

export class TicketDto {
  @ApiProperty({ enum: ['fresh', 'late', 'expired', 'missing'] })
  state: TicketState;
  /** ISO 8601, UTC. */
  receivedAt: string | null;
}

/** Secrets can be written, never read. */
export class PlatformDto {
  id: string;
  /** The owning provider's id. */
  provider: string;
  appid: string;
  name: string;
  publicOrigin: string;
  /** For WeChat's console: the authorization-event URL. */
  eventsUrl: string;
  /** For WeChat's console: the message-and-event URL. WeChat replaces $APPID$. */
  messagesUrl: string;
  ticket: TicketDto;
  createdAt: string;
}

export class PlatformPageDto {
  items: PlatformDto[];
  nextCursor: string | null;
}

export function platformDto({
  id,
  providerId,
  appid,
  name,
  publicOrigin,
  ticket,
  createdAt,
}: PlatformView): PlatformDto {
  const base = `${publicOrigin}/wechat/${appid}`;
  return {
    id,
    provider: providerId,
    appid,
    name,
    publicOrigin,
    eventsUrl: `${base}/events`,
    messagesUrl: `${base}/accounts/$APPID$/messages`,
    ticket: { state: ticket.state, receivedAt: iso(ticket.receivedAt) },
    createdAt: createdAt.toISOString(),
  };
}
