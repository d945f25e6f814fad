import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProviderService, type Reach } from '@app/tenants';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { CreateProviderDto, providerDto, type ProviderDto, type ProviderPageDto } from './provider.dto';

@ApiTags('providers')
@Controller('api/v1/providers')
export class ProvidersController {
  constructor(private readonly providers: ProviderService) {}

  /** Makes a service provider (host only). */
  @Post()
  @Requires('provider:write')
  @Idempotent()
  async create(@Body() body: CreateProviderDto): Promise<ProviderDto> {
    return providerDto(await this.providers.create(body));
  }

  /** The providers you belong to; all of them for a host. */
  @Get()
  @Requires('provider:read')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<ProviderPageDto> {
    const { items, nextCursor } = await this.providers.list(reach, query);
    return { items: items.map(providerDto), nextCursor };
  }
}
