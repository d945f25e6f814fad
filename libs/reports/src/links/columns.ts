/** Column shapes that the tables of links share; the migration is their source. */
export const ID = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;
export const WORD = { ...ID, length: 16 } as const;
export const INSTANT = { type: 'datetime', precision: 3 } as const;
export const COUNT = { type: 'int', unsigned: true } as const;
