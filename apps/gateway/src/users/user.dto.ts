import { PASSWORD_MAX, PASSWORD_MIN, type UserView } from '@app/tenants';
import { Email, ListOf, Password, Text } from '../http';
import { MembershipDto, MembershipView, membershipView } from './membership.dto';

export class CreateUserDto {
  @Email()
  email: string;

  @Text(120)
  name: string;

  @Password(PASSWORD_MIN, PASSWORD_MAX)
  password: string;

  @ListOf(() => MembershipDto, 1, 20)
  memberships: MembershipDto[];
}

export class UserDto {
  id: string;
  email: string;
  name: string;
  memberships: MembershipView[];
}

export class UserPageDto {
  items: UserDto[];
  nextCursor: string | null;
}

export function userDto(user: UserView): UserDto {
  return { id: user.id, email: user.email, name: user.name, memberships: user.memberships.map(membershipView) };
}
