import { Injectable } from '@nestjs/common';
import { AppError, Secret, SecretBox } from '@app/kernel';
import { type Queries } from '@app/platform';
import { type CallbackKeys } from '@app/wechat';
import { DataSource, type EntityManager } from 'typeorm';
import { platformSecretColumn } from '../sealed-columns';
import { type PlatformSecret, type PlatformSecretKind, type SecretSlot } from './platform-secret.entity';

type Row = Pick<PlatformSecret, 'kind' | 'slot' | 'keyId' | 'sealed'>;

export interface PlatformKeys extends CallbackKeys {
  readonly platformId: string;
}

/** A platform's secrets at rest, each bound to its platform, kind and slot. Nothing here is ever shown. */
@Injectable()
export class PlatformSecretsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  /** What pushes to this component_appid are checked with; null when it is not registered. */
  async findKeys(componentAppid: string): Promise<PlatformKeys | null> {
    const rows = await this.dataSource.query<(Row & { platformId: string })[]>(
      `SELECT p.id AS platformId, s.kind, s.slot, s.key_id AS keyId, s.sealed
       FROM platform p JOIN platform_secret s ON s.platform_id = p.id AND s.kind IN ('callback_token', 'encoding_aes_key')
       WHERE p.appid = ?`,
      [componentAppid],
    );
    const platformId = rows[0]?.platformId;
    if (platformId === undefined) return null;
    return {
      platformId,
      componentAppid,
      tokens: this.openSlots(platformId, 'callback_token', rows),
      encodingAesKeys: this.openSlots(platformId, 'encoding_aes_key', rows),
    };
  }

  async getAppSecret(platformId: string): Promise<Secret> {
    const rows = await this.read(this.dataSource.manager, platformId, 'app_secret');
    const [current] = this.openSlots(platformId, 'app_secret', rows);
    if (!current) throw new AppError('bug', 'app_secret_not_stored', { detail: { platformId } });
    return current;
  }

  /** @param keepPrevious WeChat goes on using the old value for a while: it moves to the `previous` slot. */
  async write(
    manager: EntityManager,
    secret: { readonly platformId: string; readonly kind: PlatformSecretKind; readonly value: Secret },
    keepPrevious: boolean,
    now: Date,
  ): Promise<void> {
    const { platformId, kind, value } = secret;
    if (keepPrevious) {
      const [old] = this.openSlots(platformId, kind, await this.read(manager, platformId, kind, 'FOR UPDATE'));
      if (old?.equals(value) === true) return;
      if (old) await this.put(manager, { platformId, kind, slot: 'previous' }, old, now);
    }
    await this.put(manager, { platformId, kind, slot: 'current' }, value, now);
  }

  /** Null until an account of the platform left. */
  async findPepper(db: Queries, platformId: string): Promise<Secret | null> {
    const [pepper] = this.openSlots(
      platformId,
      'departure_pepper',
      await this.read(db, platformId, 'departure_pepper'),
    );
    return pepper ?? null;
  }

  /** The first one stays, whoever makes it. */
  async makePepper(db: Queries, platformId: string, value: Secret, now: Date): Promise<Secret> {
    const kind = 'departure_pepper';
    const { keyId, bytes } = this.box.seal(value, context(platformId, kind, 'current'));
    await db.query(
      `INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at) VALUES (?, ?, 'current', ?, ?, ?)
       ON DUPLICATE KEY UPDATE kind = kind`,
      [platformId, kind, keyId, bytes, now],
    );
    const [stored] = this.openSlots(platformId, kind, await this.read(db, platformId, kind));
    return stored ?? value;
  }

  private async read(manager: Queries, platformId: string, kind: PlatformSecretKind, lock = ''): Promise<Row[]> {
    return manager.query<Row[]>(
      `SELECT kind, slot, key_id AS keyId, sealed FROM platform_secret WHERE platform_id = ? AND kind = ? ${lock}`,
      [platformId, kind],
    );
  }

  private async put(
    manager: EntityManager,
    at: Pick<PlatformSecret, 'platformId' | 'kind' | 'slot'>,
    value: Secret,
    now: Date,
  ): Promise<void> {
    const sealed = this.box.seal(value, context(at.platformId, at.kind, at.slot));
    await manager.query(
      `INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE key_id = VALUES(key_id), sealed = VALUES(sealed), updated_at = VALUES(updated_at)`,
      [at.platformId, at.kind, at.slot, sealed.keyId, sealed.bytes, now],
    );
  }

  /** The current one first, as `openCallback` wants them. */
  private openSlots(platformId: string, kind: PlatformSecretKind, rows: readonly Row[]): Secret[] {
    return (['current', 'previous'] as const).flatMap((slot) => {
      const row = rows.find((candidate) => candidate.kind === kind && candidate.slot === slot);
      return row ? [this.box.open({ keyId: row.keyId, bytes: row.sealed }, context(platformId, kind, slot))] : [];
    });
  }
}

function context(platformId: string, kind: PlatformSecretKind, slot: SecretSlot): string[] {
  return platformSecretColumn.context({ platform_id: platformId, kind, slot });
}
