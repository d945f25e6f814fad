import { outboxEntities } from '@app/platform';
import { WebhookDelivery } from './deliveries/webhook-delivery.entity';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity';
import { WebhookSecret } from './endpoints/webhook-secret.entity';

/** A delivery points at its event: both are known together. */
export const webhookEntities = [...outboxEntities, WebhookEndpoint, WebhookSecret, WebhookDelivery];
