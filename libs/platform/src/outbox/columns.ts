export const WORD = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;
export const INSTANT = { type: 'datetime', precision: 3 } as const;
