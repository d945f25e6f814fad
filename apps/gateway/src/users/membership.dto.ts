import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ROLES, type GivenMembership, type Grant, type Membership, type Role } from '@app/tenants';
import { IsIn } from 'class-validator';
import { OpaqueId, Optional } from '../http';

/** A role and where it holds: a provider role names a provider, a merchant role a merchant, host neither. */
export class MembershipDto {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;

  @Optional()
  @OpaqueId('prv')
  provider?: string;

  @Optional()
  @OpaqueId('mer')
  merchant?: string;
}

export class MembershipView {
  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiPropertyOptional()
  provider?: string;

  @ApiPropertyOptional()
  merchant?: string;
}

/** A membership by its id, to change it or take it away. */
export class GivenMembershipDto extends MembershipView {
  id: string;
}

export class ChangeMembershipDto {
  /** One that holds where the membership does. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

export function givenMembershipDto(membership: GivenMembership): GivenMembershipDto {
  return { id: membership.id, ...membershipView(membership) };
}

export function membershipView({
  role,
  providerId,
  merchantId,
}: Membership): Pick<MembershipView, keyof MembershipView> {
  return {
    role,
    ...(providerId === null ? {} : { provider: providerId }),
    ...(merchantId === null ? {} : { merchant: merchantId }),
  };
}

export function grantOf({ role, provider, merchant }: MembershipDto): Grant {
  return { role, providerId: provider ?? null, merchantId: merchant ?? null };
}
