import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { WebhookEndpoint } from './webhook-endpoint.entity';

/** What an endpoint's deliveries are signed with. After a rotation there are two for a day. */
@Entity('webhook_secret')
@Index('IDX_webhook_secret_endpoint', ['endpointId'])
@ForeignKey(() => WebhookEndpoint, ['endpointId'], ['id'], {
  name: 'FK_webhook_secret_endpoint',
  onDelete: 'CASCADE',
})
export class WebhookSecret {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'endpoint_id' })
  endpointId: string;

  @Column({ ...WORD, name: 'key_id' })
  keyId: string;

  @Column({ type: 'varbinary', length: 512 })
  sealed: Buffer;

  @Column({ ...INSTANT, name: 'made_at' })
  madeAt: Date;

  /** Of one that was replaced. */
  @Column({ ...INSTANT, name: 'ends_at', nullable: true })
  endsAt: Date | null;
}
