import { PASSWORD_MAX, PASSWORD_MIN, type BegunLogin, type Principal, type SessionView } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { Password, Text } from '../http';
import { MembershipView, membershipView } from '../users/membership.dto';

export class LoginDto {
  @Text(254)
  email: string;

  @Password(1, 256)
  password: string;
}

export class ChangePasswordDto {
  @Password(1, 256)
  oldPassword: string;

  @Password(PASSWORD_MIN, PASSWORD_MAX)
  newPassword: string;
}

export class SessionUserDto {
  id: string;
  email: string;
  name: string;
  @ApiProperty({ enum: ['active'] })
  state: 'active';
  memberships: MembershipView[];
}

export class SessionDto {
  user: SessionUserDto;
}

/** A login that waits for a code of the second factor. */
export class BegunLoginDto {
  challenge: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

export class OpenSessionDto {
  id: string;
  /** It is the one that asks. */
  isCurrent: boolean;
  /** ISO 8601, UTC, as the times below. */
  createdAt: string;
  /** To the minute. */
  lastUsedAt: string;
  /** Used or not; one that is not used for 4 hours ends before. */
  expiresAt: string;
  /** The address it was opened from. */
  address: string;
  /** How the browser called itself then. */
  agent: string;
}

export class OpenSessionPageDto {
  items: OpenSessionDto[];
  nextCursor: string | null;
}

export function begunLoginDto({ challenge, expiresAt }: BegunLogin): BegunLoginDto {
  return { challenge: challenge.reveal(), expiresAt: expiresAt.toISOString() };
}

export function sessionDto({ userId, email, name, memberships }: Principal): SessionDto {
  return { user: { id: userId, email, name, state: 'active', memberships: memberships.map(membershipView) } };
}

export function openSessionDto(view: SessionView): OpenSessionDto {
  return {
    ...view,
    createdAt: view.createdAt.toISOString(),
    lastUsedAt: view.lastUsedAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
  };
}
