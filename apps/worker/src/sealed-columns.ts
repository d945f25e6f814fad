import { credentialSealedColumns } from '@app/credentials';
import { type SealedColumn } from '@app/kernel';
import { webhookSealedColumns } from '@app/webhooks';

/** All that is sealed in the database. */
export const sealedColumns: readonly SealedColumn[] = [...credentialSealedColumns, ...webhookSealedColumns];
