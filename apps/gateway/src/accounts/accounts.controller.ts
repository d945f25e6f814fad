import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountDirectory } from '@app/credentials';
import { type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { languageOf } from '../problem';
import { accountDto, AccountsQuery, type AccountDto, type AccountPageDto } from './accounts.dto';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountDirectory) {}

  /** The Official Accounts you reach, the oldest first; each parameter narrows the list. */
  @Get()
  @Requires('account:read')
  async list(
    @CurrentReach() reach: Reach,
    @Query() { limit, cursor, appid, platform, merchant, lacks }: AccountsQuery,
    @Req() request: FastifyRequest,
  ): Promise<AccountPageDto> {
    const filter = { appid, platformId: platform, merchantId: merchant, lacks };
    const page = await this.accounts.findInReach(reach, filter, { limit, cursor });
    const language = languageOf(request);
    return { items: page.items.map((account) => accountDto(account, language)), nextCursor: page.nextCursor };
  }

  /** One account, and whether its data may be fetched. */
  @Get(':id')
  @Requires('account:read')
  async get(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<AccountDto> {
    return accountDto(await this.accounts.getInReach(reach, id), languageOf(request));
  }
}
