import { MerchantPurges, type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { Idempotent } from '../idempotency';
import { purgeDto, PurgeMerchantDto, type PurgeDto } from './purges.dto';

@ApiTags('merchants')
@Controller('api/v1/merchants')
export class MerchantPurgeController {
  constructor(private readonly purges: MerchantPurges) {}

  /**
   * Removes the merchant: its accounts with all their days, its people, keys, links and settings, and what the audit log says of it.
   * It begins at `dueAt`; until then it can be taken back. A receipt stays.
   */
  @Post(':id/purge')
  @Requires('merchant:purge')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  async purge(
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() body: PurgeMerchantDto,
  ): Promise<PurgeDto> {
    return purgeDto(await this.purges.schedule(principal, reach, id, body.confirm));
  }

  /** The newest order to remove the merchant, and how far it is; also when the merchant is gone. */
  @Get(':id/purge')
  @Requires('merchant:purge')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<PurgeDto> {
    return purgeDto(await this.purges.getOfMerchant(reach, id));
  }

  /** Takes the order back. 409 `purge_begun` once it is carried out. */
  @Post(':id/purge/cancel')
  @Requires('merchant:purge')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
  ): Promise<PurgeDto> {
    return purgeDto(await this.purges.cancel(principal, reach, id));
  }
}
