import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MerchantService, type Reach } from '@app/tenants';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { CreateMerchantDto, merchantDto, type MerchantDto, type MerchantPageDto } from './merchant.dto';

@ApiTags('merchants')
@Controller('api/v1/merchants')
export class MerchantsController {
  constructor(private readonly merchants: MerchantService) {}

  /** Makes a merchant of your provider. */
  @Post()
  @Requires('merchant:write')
  @Idempotent()
  async create(@CurrentReach() reach: Reach, @Body() body: CreateMerchantDto): Promise<MerchantDto> {
    return merchantDto(await this.merchants.create(reach, { name: body.name, providerId: body.provider }));
  }

  /** The merchants you reach, the oldest first. */
  @Get()
  @Requires('merchant:read')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<MerchantPageDto> {
    const { items, nextCursor } = await this.merchants.list(reach, query);
    return { items: items.map(merchantDto), nextCursor };
  }

  /** One merchant. */
  @Get(':id')
  @Requires('merchant:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<MerchantDto> {
    return merchantDto(await this.merchants.getInReach(reach, id));
  }
}
