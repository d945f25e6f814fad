import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PlatformService } from '@app/credentials';
import { type Reach } from '@app/tenants';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import {
  CreatePlatformDto,
  platformDto,
  UpdatePlatformDto,
  type PlatformDto,
  type PlatformPageDto,
} from './platforms.dto';

@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformsController {
  constructor(private readonly platforms: PlatformService) {}

  /** Registers a third-party platform. Its secrets can be written, never read. */
  @Post()
  @Requires('platform:write')
  @Idempotent()
  async register(@CurrentReach() reach: Reach, @Body() { provider, ...body }: CreatePlatformDto): Promise<PlatformDto> {
    return platformDto(await this.platforms.register(reach, { ...body, providerId: provider }));
  }

  /** The platforms you reach, the oldest first. */
  @Get()
  @Requires('platform:read')
  async list(@CurrentReach() reach: Reach, @Query() query: PageQuery): Promise<PlatformPageDto> {
    const { items, nextCursor } = await this.platforms.list(reach, query);
    return { items: items.map(platformDto), nextCursor };
  }

  /** One platform, with the addresses for WeChat's console and whether its ticket is fresh. */
  @Get(':id')
  @Requires('platform:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<PlatformDto> {
    return platformDto(await this.platforms.get(reach, id));
  }

  /** Changes a platform. The callback token and key before stay valid beside new ones. */
  @Patch(':id')
  @Requires('platform:write')
  async update(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() body: UpdatePlatformDto,
  ): Promise<PlatformDto> {
    return platformDto(await this.platforms.update(reach, id, body));
  }
}
