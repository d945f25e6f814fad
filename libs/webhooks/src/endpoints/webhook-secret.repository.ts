import { newId, SecretBox, type Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { webhookSecretColumn } from '../sealed-columns';
import { type WebhookSecret } from './webhook-secret.entity';

/** Signing secrets, sealed. */
@Injectable()
export class WebhookSecretRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  /** A new one; those before it hold until `othersEndAt`, the one that was replaced last alone. */
  async replace(
    manager: EntityManager,
    endpointId: string,
    secret: Secret,
    at: { readonly now: Date; readonly othersEndAt: Date },
  ): Promise<void> {
    await manager.query('DELETE FROM webhook_secret WHERE endpoint_id = ? AND ends_at IS NOT NULL', [endpointId]);
    await manager.query('UPDATE webhook_secret SET ends_at = ? WHERE endpoint_id = ?', [at.othersEndAt, endpointId]);
    const id = newId('whs');
    const sealed = this.box.seal(secret, webhookSecretColumn.context({ endpoint_id: endpointId, id }));
    await manager.query(
      'INSERT INTO webhook_secret (id, endpoint_id, key_id, sealed, made_at) VALUES (?, ?, ?, ?, ?)',
      [id, endpointId, sealed.keyId, sealed.bytes, at.now],
    );
  }

  /** Those that hold, the newest first. */
  async list(endpointId: string, now: Date): Promise<Secret[]> {
    const rows = await this.dataSource.query<Pick<WebhookSecret, 'id' | 'keyId' | 'sealed'>[]>(
      `SELECT id, key_id AS keyId, sealed FROM webhook_secret
       WHERE endpoint_id = ? AND (ends_at IS NULL OR ends_at > ?) ORDER BY ends_at IS NULL DESC`,
      [endpointId, now],
    );
    return rows.map(({ id, keyId, sealed }) =>
      this.box.open({ keyId, bytes: sealed }, webhookSecretColumn.context({ endpoint_id: endpointId, id })),
    );
  }

  async delete(manager: EntityManager, endpointId: string): Promise<void> {
    await manager.query('DELETE FROM webhook_secret WHERE endpoint_id = ?', [endpointId]);
  }
}
