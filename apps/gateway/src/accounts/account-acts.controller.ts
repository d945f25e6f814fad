import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountAssignment, AccountLiveRead, AccountPermissions } from '@app/credentials';
import { type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { languageOf } from '../problem';
import { accountDto, type AccountDto } from './accounts.dto';
import { AssignAccountDto, permissionsDto, type PermissionsDto } from './permissions.dto';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountActsController {
  constructor(
    private readonly permissions: AccountPermissions,
    private readonly live: AccountLiveRead,
    private readonly assignment: AccountAssignment,
  ) {}

  /** What the account granted now, and a page of what came and went, the newest first. */
  @Get(':id/permissions')
  @Requires('account:read')
  @Header('Vary', 'Accept-Language')
  async history(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() page: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<PermissionsDto> {
    return permissionsDto(await this.permissions.read(reach, id, page), languageOf(request));
  }

  /** Asks WeChat for the account's details now; at most once a minute and account. */
  @Post(':id/reread')
  @Requires('account:reread')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @Header('Vary', 'Accept-Language')
  async reread(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<AccountDto> {
    return accountDto(await this.live.read(reach, id), languageOf(request));
  }

  /** Gives an account that nobody owns to a merchant of its provider. */
  @Patch(':id')
  @Requires('account:assign')
  @Header('Vary', 'Accept-Language')
  async assign(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() { merchant }: AssignAccountDto,
    @Req() request: FastifyRequest,
  ): Promise<AccountDto> {
    return accountDto(await this.assignment.assign(reach, id, merchant), languageOf(request));
  }
}
