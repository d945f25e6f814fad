import { AccountDirectory } from '@app/credentials';
import { ApiKeyService, reachOfOwner, type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditedRead, CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { apiKeyDto, CreateApiKeyDto, type ApiKeyDto, type ApiKeyPageDto, type MadeApiKeyDto } from './api-key.dto';

@ApiTags('api-keys')
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly accounts: AccountDirectory,
  ) {}

  /** Makes a key for a program: `Authorization: Bearer …`. It can do no more than you can, and is told this once. */
  @Post()
  @Requires('api-key:write')
  @Idempotent()
  @Header('Cache-Control', 'no-store')
  async create(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Body() { name, provider, merchant, accounts, scopes, expiresAt }: CreateApiKeyDto,
  ): Promise<MadeApiKeyDto> {
    const owner = await this.keys.ownerOf(reach, provider, merchant);
    // An account of somebody else is as if it did not exist.
    const accountIds = accounts ? await this.accounts.idsInReach(reachOfOwner(owner), { accounts }) : null;
    const expires = expiresAt === undefined ? null : new Date(expiresAt);
    const wanted = { name, owner, scopes, accountIds, expiresAt: expires };
    const { key, view } = await this.keys.create(principal, reach, wanted);
    return Object.assign(apiKeyDto(view), { key: key.reveal() });
  }

  /** The API keys you reach, the oldest first, revoked and expired ones included. */
  @Get()
  @AuditedRead()
  @Requires('api-key:read')
  async list(@CurrentReach() reach: Reach, @Query() page: PageQuery): Promise<ApiKeyPageDto> {
    const { items, nextCursor } = await this.keys.list(reach, page);
    return { items: items.map(apiKeyDto), nextCursor };
  }

  /** One API key, without the key itself. */
  @Get(':id')
  @Requires('api-key:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<ApiKeyDto> {
    return apiKeyDto(await this.keys.get(reach, id));
  }

  /** Revokes the key: its next request is refused. */
  @Delete(':id')
  @Requires('api-key:write')
  @HttpCode(204)
  async revoke(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<void> {
    await this.keys.revoke(reach, id);
  }
}
