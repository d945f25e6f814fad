import { credentialSealedColumns } from '@app/credentials';
import { type SealedColumn } from '@app/kernel';
import { idempotencySealedColumns } from '@app/platform';
import { tenantSealedColumns } from '@app/tenants';

/** Every sealed column there is: what a rotation seals anew. */
export const sealedColumns: readonly SealedColumn[] = [
  ...credentialSealedColumns,
  ...tenantSealedColumns,
  ...idempotencySealedColumns,
];
