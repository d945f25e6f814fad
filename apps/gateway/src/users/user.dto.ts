import { PASSWORD_MAX, PASSWORD_MIN, type UserView } from '@app/tenants';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Email, ListOf, Optional, Password, Text } from '../http';
import { MadeLinkDto } from '../password-links/password-link.dto';
import { GivenMembershipDto, givenMembershipDto, MembershipDto } from './membership.dto';

const STATES = ['invited', 'active', 'disabled'] as const;

export class CreateUserDto {
  @Email()
  email: string;

  @Text(120)
  name: string;

  /** Without it the person is invited: the answer holds a link with which they set one. */
  @ApiPropertyOptional()
  @Optional()
  @Password(PASSWORD_MIN, PASSWORD_MAX)
  password?: string;

  @ListOf(() => MembershipDto, 1, 20)
  memberships: MembershipDto[];
}

export class UserDto {
  id: string;
  email: string;
  name: string;
  /** `invited`: has not set a password yet. */
  @ApiProperty({ enum: STATES })
  state: UserView['state'];
  /** Those within your reach. */
  memberships: GivenMembershipDto[];
}

export class MadeUserDto extends UserDto {
  /** Null for a person made with a password. */
  @ApiProperty({ type: MadeLinkDto, nullable: true })
  link: MadeLinkDto | null;
}

export class UserPageDto {
  items: UserDto[];
  nextCursor: string | null;
}

export function userDto(user: UserView): UserDto {
  const { id, email, name, state } = user;
  return { id, email, name, state, memberships: user.memberships.map(givenMembershipDto) };
}

export function madeUserDto({ id, email, name, state, memberships }: UserView, link: MadeLinkDto | null): MadeUserDto {
  return { id, email, name, state, memberships: memberships.map(givenMembershipDto), link };
}
