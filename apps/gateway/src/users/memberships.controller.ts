import { MembershipService, type Reach } from '@app/tenants';
import { Body, Controller, Delete, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReach, Requires } from '../access';
import { Idempotent } from '../idempotency';
import {
  ChangeMembershipDto,
  givenMembershipDto,
  grantOf,
  MembershipDto,
  type GivenMembershipDto,
} from './membership.dto';

/** The roles of people who are here already. What changes holds from the person’s next request on. */
@ApiTags('users')
@Controller('api/v1/users/:id/memberships')
export class MembershipsController {
  constructor(private readonly memberships: MembershipService) {}

  /** Gives a person one more role, within your own reach. 409 `membership_held` when they have it there already. */
  @Post()
  @Requires('user:write')
  @Idempotent()
  async give(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() membership: MembershipDto,
  ): Promise<GivenMembershipDto> {
    return givenMembershipDto(await this.memberships.give(reach, id, grantOf(membership)));
  }

  /** Another role in the same provider or merchant, at once: there is no moment without any. */
  @Patch(':membershipId')
  @Requires('user:write')
  async change(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Param('membershipId') membershipId: string,
    @Body() { role }: ChangeMembershipDto,
  ): Promise<GivenMembershipDto> {
    return givenMembershipDto(await this.memberships.change(reach, id, membershipId, role));
  }

  /**
   * Takes a role away, your own as well. Who has no other is logged out everywhere, cannot log in, and is gone if they never
   * joined. API keys and report links that they made stay: those are the tenant’s. 409 `last_provider_admin` and `last_host`:
   * somebody who can log in keeps these roles.
   */
  @Delete(':membershipId')
  @HttpCode(204)
  @Requires('membership:end')
  async end(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Param('membershipId') membershipId: string,
  ): Promise<void> {
    await this.memberships.end(reach, id, membershipId);
  }
}
