import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UserCare, UserService, type Principal, type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { AuditedRead, CurrentPrincipal, CurrentReach, Requires } from '../access';
import { GatewayConfig } from '../gateway.config';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { linkAddress } from '../password-links/link-address';
import { madeLinkDto } from '../password-links/password-link.dto';
import { grantOf } from './membership.dto';
import { CreateUserDto, madeUserDto, userDto, type MadeUserDto, type UserPageDto } from './user.dto';

@ApiTags('users')
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly users: UserService,
    private readonly care: UserCare,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Makes a person; roles can be given within your own reach. Without a password they are invited: the answer holds a one-time
   * link, shown this once, with which they set one within 72 hours.
   */
  @Post()
  @Requires('user:write')
  @Idempotent()
  async create(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Body() { email, name, password, memberships }: CreateUserDto,
    @Req() request: FastifyRequest,
  ): Promise<MadeUserDto> {
    const person = { email, name, memberships: memberships.map(grantOf) };
    if (password !== undefined) return madeUserDto(await this.users.create(reach, { ...person, password }), null);
    const { user, link } = await this.care.invite({ principal, reach }, person);
    return madeUserDto(user, madeLinkDto(link, linkAddress(request, this.config, link.token)));
  }

  /** People with a role in what you reach. */
  @Get()
  @AuditedRead()
  @Requires('user:read')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<UserPageDto> {
    const { items, nextCursor } = await this.users.list(reach, query);
    return { items: items.map(userDto), nextCursor };
  }
}
