import { ApiProperty } from '@nestjs/swagger';
import { INVITE_DAYS_MAX, type CreatedInvite, type InviteState, type InviteView } from '@app/credentials';
import { iso, OpaqueId, WholeNumber, Optional } from '../http';

export class CreateInviteDto {
  /** May be left out when the merchant's provider has exactly one. */
  @Optional()
  @OpaqueId('plt')
  platform?: string;

  /** 7 when left out. */
  @Optional()
  @WholeNumber(1, INVITE_DAYS_MAX)
  expiresInDays?: number;
}

/** The link is shown here and never again. */
export class CreatedInviteDto {
  id: string;
  url: string;
  platform: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

export class InviteDto {
  id: string;
  platform: string;
  @ApiProperty({ enum: ['open', 'used', 'expired'] })
  state: InviteState;
  /** The account it led to. */
  account: string | null;
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
}

export class InvitePageDto {
  items: InviteDto[];
  nextCursor: string | null;
}

export function createdInviteDto({ id, url, platformId, expiresAt }: CreatedInvite): CreatedInviteDto {
  return { id, url, platform: platformId, expiresAt: expiresAt.toISOString() };
}

export function inviteDto(invite: InviteView): InviteDto {
  return {
    id: invite.id,
    platform: invite.platformId,
    state: invite.state,
    account: invite.accountPublicId,
    createdAt: invite.createdAt.toISOString(),
    expiresAt: invite.expiresAt.toISOString(),
    usedAt: iso(invite.usedAt),
  };
}
