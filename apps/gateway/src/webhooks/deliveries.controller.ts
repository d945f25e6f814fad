import { type Reach } from '@app/tenants';
import { DeliveryLog } from '@app/webhooks';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReach, Requires } from '../access';
import { Idempotent } from '../idempotency';
import {
  deliveryDto,
  DeliveryQuery,
  ReplayFailedDto,
  type DeliveryDto,
  type DeliveryPageDto,
  type ReplayedDto,
} from './deliveries.dto';

@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class DeliveriesController {
  constructor(private readonly log: DeliveryLog) {}

  /** Sends `webhook.ping` to this webhook. */
  @Post(':id/test')
  @Idempotent()
  @Requires('webhook:write')
  @HttpCode(HttpStatus.ACCEPTED)
  async test(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<DeliveryDto> {
    return deliveryDto(await this.log.ping(reach, id));
  }

  /** What was sent, and what became of it, the newest first. */
  @Get(':id/deliveries')
  @Requires('webhook:read')
  async list(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() { state, ...page }: DeliveryQuery,
  ): Promise<DeliveryPageDto> {
    const { items, nextCursor } = await this.log.list(reach, id, state, page);
    return { items: items.map(deliveryDto), nextCursor };
  }

  /** Sends again what failed. */
  @Post(':id/replay')
  @Idempotent()
  @Requires('webhook:write')
  @HttpCode(HttpStatus.ACCEPTED)
  async replayFailed(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() { since }: ReplayFailedDto,
  ): Promise<ReplayedDto> {
    return { replayed: await this.log.replayFailed(reach, id, new Date(since)) };
  }

  /** One delivery with its last answer. */
  @Get('deliveries/:id')
  @Requires('webhook:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<DeliveryDto> {
    return deliveryDto(await this.log.get(reach, id));
  }

  /** Sends one that is over once more, with the same `webhook-id`. */
  @Post('deliveries/:id/replay')
  @Idempotent()
  @Requires('webhook:write')
  @HttpCode(HttpStatus.ACCEPTED)
  async replay(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<DeliveryDto> {
    return deliveryDto(await this.log.replay(reach, id));
  }
}
