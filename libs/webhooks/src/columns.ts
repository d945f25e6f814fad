/** Column shapes that several tables share; the migrations are their source. */
export const ID = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;
export const WORD = { ...ID };
export const INSTANT = { type: 'datetime', precision: 3 } as const;
