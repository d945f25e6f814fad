import { OutboxEvent } from './outbox-event.entity';
import { OutboxInterest } from './outbox-interest.entity';

export const outboxEntities = [OutboxEvent, OutboxInterest];
