import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';

@Entity('platform')
@Index('UQ_platform_appid', ['appid'], { unique: true })
@Index('IDX_platform_provider', ['providerId', 'id'])
export class Platform {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'provider_id' })
  @ForeignKey('provider', { name: 'FK_platform_provider', onDelete: 'RESTRICT' })
  providerId: string;

  /** WeChat's component_appid. */
  @Column(WORD)
  appid: string;

  @Column({ type: 'varchar', length: 120 })
  name: string;

  /** Where this platform's pages and push URLs live; WeChat knows it as the authorization start domain. */
  @Column({ type: 'varchar', length: 255, name: 'public_origin' })
  publicOrigin: string;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;
}

/** A row as it is read: no instance of the class. */
export type PlatformRow = Pick<Platform, keyof Platform>;
