import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UserService, type Reach } from '@app/tenants';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { grantOf } from './membership.dto';
import { CreateUserDto, userDto, type UserDto, type UserPageDto } from './user.dto';

@ApiTags('users')
@Controller('api/v1/users')
export class UsersController {
  constructor(private readonly users: UserService) {}

  /** Makes a person; roles can be given within your own reach. */
  @Post()
  @Requires('user:write')
  @Idempotent()
  async create(@CurrentReach() reach: Reach, @Body() body: CreateUserDto): Promise<UserDto> {
    const { email, name, password } = body;
    return userDto(
      await this.users.create(reach, { email, name, password, memberships: body.memberships.map(grantOf) }),
    );
  }

  /** People with a role in what you reach. */
  @Get()
  @Requires('user:read')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<UserPageDto> {
    const { items, nextCursor } = await this.users.list(reach, query);
    return { items: items.map(userDto), nextCursor };
  }
}
