import { Entity, PrimaryColumn } from 'typeorm';
import { WORD } from './columns';

/** Somebody of the provider wants to hear of the topic; what nobody wants to hear of is not written down. */
@Entity('outbox_interest')
export class OutboxInterest {
  @PrimaryColumn({ ...WORD, name: 'provider_id' })
  providerId: string;

  @PrimaryColumn(WORD)
  topic: string;
}
