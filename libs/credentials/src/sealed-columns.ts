import { defineSealedColumn, type SealedColumn } from '@app/kernel';

const NAMES = { keyIdColumn: 'key_id', sealedColumn: 'sealed' } as const;

/** Moved to another platform, account or kind, a token does not open. */
export const credentialColumn = defineSealedColumn({
  ...NAMES,
  table: 'credential',
  primaryKey: ['id'],
  boundTo: ['platform_id', 'subject_appid', 'kind'],
});

export const platformSecretColumn = defineSealedColumn({
  ...NAMES,
  table: 'platform_secret',
  primaryKey: ['platform_id', 'kind', 'slot'],
  boundTo: ['platform_id', 'kind', 'slot'],
});

export const ticketColumn = defineSealedColumn({
  ...NAMES,
  table: 'ticket',
  primaryKey: ['id'],
  boundTo: ['platform_id'],
});

export const pushEventColumn = defineSealedColumn({
  ...NAMES,
  table: 'push_event',
  primaryKey: ['id'],
  boundTo: ['platform_id'],
});

/** Every column of this lib that is sealed; a new one belongs here, or a rotation leaves it behind. */
export const credentialSealedColumns: readonly SealedColumn[] = [
  platformSecretColumn,
  ticketColumn,
  credentialColumn,
  pushEventColumn,
];
