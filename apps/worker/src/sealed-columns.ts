import { credentialSealedColumns } from '@app/credentials';
import { type SealedColumn } from '@app/kernel';
import { tenantSealedColumns } from '@app/tenants';

/** Everything that is sealed in the database. */
export const sealedColumns: readonly SealedColumn[] = [...credentialSealedColumns, ...tenantSealedColumns];
