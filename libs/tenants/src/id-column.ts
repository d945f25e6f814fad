import { type ColumnOptions } from 'typeorm';

/** How every opaque id is stored: ascii compared byte by byte, so that ids sort as they were made. */
export const ID_COLUMN = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;

/** When something happened, by the Clock. */
export const INSTANT_COLUMN = { type: 'datetime', precision: 3 } as const satisfies ColumnOptions;
