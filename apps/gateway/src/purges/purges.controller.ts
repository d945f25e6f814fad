import { MerchantPurges, type Reach } from '@app/tenants';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { purgeDto, type PurgeDto, type PurgePageDto } from './purges.dto';

@ApiTags('merchants')
@Controller('api/v1/purges')
export class PurgesController {
  constructor(private readonly purges: MerchantPurges) {}

  /** Orders to remove merchants and their receipts, the newest first. */
  @Get()
  @Requires('merchant:purge')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<PurgePageDto> {
    const { items, nextCursor } = await this.purges.list(reach, query);
    return { items: items.map(purgeDto), nextCursor };
  }

  /** One of them. */
  @Get(':id')
  @Requires('merchant:purge')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<PurgeDto> {
    return purgeDto(await this.purges.get(reach, id));
  }
}
