import { reachFor, type Principal, type Reach } from '@app/tenants';
import { WebhookService } from '@app/webhooks';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { Idempotent } from '../idempotency';
import { PageQuery } from '../http';
import {
  ChangeWebhookDto,
  CreateWebhookDto,
  webhookDto,
  type MadeWebhookDto,
  type WebhookDto,
  type WebhookPageDto,
  type WebhookSecretDto,
} from './webhooks.dto';

@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhookService) {}

  /** Tells a program of yours what happens, signed as Standard Webhooks say. The secret is told this once. */
  @Post()
  @Idempotent()
  @Requires('webhook:write')
  @Header('Cache-Control', 'no-store')
  async create(
    @CurrentReach() reach: Reach,
    @Body() { provider, ...wanted }: CreateWebhookDto,
  ): Promise<MadeWebhookDto> {
    const { view, secret } = await this.webhooks.create(reach, provider, wanted);
    return Object.assign(webhookDto(view, true), { secret: secret.reveal() });
  }

  /** The webhooks of your provider. Only who may change them sees whole addresses. */
  @Get()
  @Requires('webhook:read')
  async list(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() reader: Principal,
    @Query() page: PageQuery,
  ): Promise<WebhookPageDto> {
    const { items, nextCursor } = await this.webhooks.list(reach, page);
    return { items: items.map((view) => webhookDto(view, maySeeUrl(reader, view.providerId))), nextCursor };
  }

  /** One webhook, and how it does. */
  @Get(':id')
  @Requires('webhook:read')
  async get(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() reader: Principal,
    @Param('id') id: string,
  ): Promise<WebhookDto> {
    const view = await this.webhooks.get(reach, id);
    return webhookDto(view, maySeeUrl(reader, view.providerId));
  }

  /** Changes what is named; `enabled` switches it on again. */
  @Patch(':id')
  @Requires('webhook:write')
  async change(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() change: ChangeWebhookDto,
  ): Promise<WebhookDto> {
    return webhookDto(await this.webhooks.change(reach, id, change), true);
  }

  /** Nothing is sent any more, and its deliveries are forgotten. */
  @Delete(':id')
  @Requires('webhook:write')
  @HttpCode(204)
  async delete(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<void> {
    await this.webhooks.delete(reach, id);
  }

  /** Makes a new secret. For a day deliveries carry a signature with the old one, too. */
  @Post(':id/secret')
  @Idempotent()
  @Requires('webhook:write')
  @Header('Cache-Control', 'no-store')
  async rotate(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<WebhookSecretDto> {
    const { secret, previousUntil } = await this.webhooks.rotate(reach, id);
    return { secret: secret.reveal(), previousUntil: previousUntil.toISOString() };
  }
}

function maySeeUrl(reader: Principal, providerId: string): boolean {
  return reachFor(reader, 'webhook:write')?.providerIds.includes(providerId) ?? false;
}
