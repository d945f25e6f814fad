import { WebhookDelivery } from './deliveries/webhook-delivery.entity';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity';
import { WebhookSecret } from './endpoints/webhook-secret.entity';

export const webhookEntities = [WebhookEndpoint, WebhookSecret, WebhookDelivery];
