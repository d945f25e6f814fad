import { AppError } from '@app/kernel';
import { config, configProvider, OutboxRepository, ProcessConfig, SafeFetch } from '@app/platform';
import { Module } from '@nestjs/common';
import { DeliveryLogRepository } from './deliveries/delivery-log.repository';
import { DeliveryLog, DeliveryRows } from './deliveries/delivery-log.service';
import { DeliveryRepository } from './deliveries/delivery.repository';
import { WebhookEndpointRepository } from './endpoints/webhook-endpoint.repository';
import { WebhookSecretRepository } from './endpoints/webhook-secret.repository';
import { WebhookService } from './endpoints/webhook.service';
import { EventSpreader } from './events/event-spreader';
import { DeliveryClaims } from './sending/delivery-claims';
import { DeliverySender } from './sending/delivery-sender';
import { WebhookUpkeep } from './webhook-upkeep';
import { WebhooksConfig } from './webhooks.config';

/** Targets on this machine would lead providers to whatever listens here: for tests and demos alone. */
function openWeb(): SafeFetch {
  const allowLoopback = config(WebhooksConfig).WEBHOOK_LOOPBACK === 1;
  if (allowLoopback && !config(ProcessConfig).LOCAL_MODE) {
    throw new AppError('invalid', 'config_invalid', {
      message: {
        en: 'settings are wrong: WEBHOOK_LOOPBACK needs LOCAL_MODE',
        zh: '配置有误：WEBHOOK_LOOPBACK 只能在 LOCAL_MODE 下使用',
      },
    });
  }
  return new SafeFetch({ allowLoopback });
}

const services = [DeliveryLog, DeliverySender, EventSpreader, WebhookService, WebhookUpkeep];

/** Events out to providers. Needs DataSource, Transactions, SecretBox and Clock. */
@Module({
  providers: [
    configProvider(WebhooksConfig),
    { provide: SafeFetch, useFactory: openWeb },
    ...[DeliveryClaims, DeliveryLogRepository, DeliveryRepository, DeliveryRows, OutboxRepository],
    ...[WebhookEndpointRepository, WebhookSecretRepository],
    ...services,
  ],
  exports: services,
})
export class WebhooksModule {}
