import { defineSealedColumn, type SealedColumn } from '@app/kernel';

/** Moved to another endpoint, a secret does not open. */
export const webhookSecretColumn = defineSealedColumn({
  keyIdColumn: 'key_id',
  sealedColumn: 'sealed',
  table: 'webhook_secret',
  primaryKey: ['id'],
  boundTo: ['endpoint_id', 'id'],
});

/** Every column of this lib that is sealed; a new one belongs here, or a rotation leaves it behind. */
export const webhookSealedColumns: readonly SealedColumn[] = [webhookSecretColumn];
