import { defineSealedColumn, type SealedColumn } from '@app/kernel';

/** Moved to another person, a second factor does not open. */
export const secondFactorColumn = defineSealedColumn({
  table: 'second_factor',
  primaryKey: ['user_id'],
  keyIdColumn: 'key_id',
  sealedColumn: 'sealed',
  boundTo: ['user_id'],
});

/** The end of another provider's chain does not open. */
export const auditChainColumn = defineSealedColumn({
  table: 'audit_chain',
  primaryKey: ['chain'],
  keyIdColumn: 'key_id',
  sealedColumn: 'sealed',
  boundTo: ['chain'],
});

/** What another purge emptied, or of another chain, does not open. */
export const auditPurgeColumn = defineSealedColumn({
  table: 'audit_purge',
  primaryKey: ['chain', 'purge_id'],
  keyIdColumn: 'key_id',
  sealedColumn: 'sealed',
  boundTo: ['chain', 'purge_id'],
});

/** Every column of this lib that is sealed; a new one belongs here, or a rotation leaves it behind. */
export const tenantSealedColumns: readonly SealedColumn[] = [secondFactorColumn, auditChainColumn, auditPurgeColumn];
