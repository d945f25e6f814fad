import { WebhooksModule } from '@app/webhooks';
import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller';
import { WebhooksController } from './webhooks.controller';

@Module({ imports: [WebhooksModule], controllers: [DeliveriesController, WebhooksController] })
export class WebhooksHttpModule {}
