import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from './platform.entity';

/** `departure_pepper`: ours, for knowing accounts whose merchant left; it outlives every rotation of keys. */
export type PlatformSecretKind = 'app_secret' | 'callback_token' | 'encoding_aes_key' | 'departure_pepper';
/** WeChat may still push with the previous callback token and key for a while after a change. */
export type SecretSlot = 'current' | 'previous';

@Entity('platform_secret')
export class PlatformSecret {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_platform_secret_platform', onDelete: 'CASCADE' })
  platformId: string;

  @PrimaryColumn(WORD)
  kind: PlatformSecretKind;

  @PrimaryColumn(WORD)
  slot: SecretSlot;

  @Column({ ...WORD, name: 'key_id' })
  keyId: string;

  @Column({ type: 'varbinary', length: 1024 })
  sealed: Buffer;

  @Column({ ...INSTANT, name: 'updated_at' })
  updatedAt: Date;
}
