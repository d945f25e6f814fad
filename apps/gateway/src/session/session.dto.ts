import { type Principal } from '@app/tenants';
import { Password, Text } from '../http';
import { membershipView } from '../users/membership.dto';
import { UserDto } from '../users/user.dto';

export class LoginDto {
  @Text(254)
  email: string;

  @Password(1, 256)
  password: string;
}

export class SessionDto {
  user: UserDto;
}

export function sessionDto({ userId, email, name, memberships }: Principal): SessionDto {
  return { user: { id: userId, email, name, memberships: memberships.map(membershipView) } };
}
