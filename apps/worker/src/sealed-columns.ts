import { credentialSealedColumns } from '@app/credentials';
import { type SealedColumn } from '@app/kernel';
import { idempotencySealedColumns } from '@app/platform';
import { tenantSealedColumns } from '@app/tenants';
import { webhookSealedColumns } from '@app/webhooks';

/** Every sealed column there is: what a rotation seals anew. */
export const sealedColumns: readonly SealedColumn[] = [
  ...credentialSealedColumns,
  ...tenantSealedColumns,
  ...idempotencySealedColumns,
  ...webhookSealedColumns,
];
