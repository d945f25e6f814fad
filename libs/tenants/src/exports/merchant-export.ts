import { type Merchant } from '../merchants/merchant.entity';

/** One file of an export; its rows are read as they are taken. */
export interface ExportedFile {
  /** Without its ending. */
  readonly name: string;
  readonly rows: AsyncIterable<object> | Iterable<object>;
}

/** What of a merchant one lib gives out; never a secret, a hash of one, or a token. Reading ends with the signal. */
export interface MerchantExport {
  files(merchant: Merchant, signal: AbortSignal): AsyncIterable<ExportedFile> | Iterable<ExportedFile>;
}

const PAGE = 1_000;

/**
 * Rows behind a key, page by page: none is held for long, and no connection while the reader is slow. The key only orders them: it
 * is not given out.
 * @param read at most `count` rows whose `k` lies behind `after`, in the order of `k`
 */
export async function* pages<T extends { readonly k: string | number }>(
  first: T['k'],
  read: (after: T['k'], count: number) => Promise<T[]>,
): AsyncGenerator<Omit<T, 'k'>> {
  let after = first;
  for (;;) {
    const rows = await read(after, PAGE);
    for (const { k, ...row } of rows) {
      after = k;
      yield row;
    }
    if (rows.length < PAGE) return;
  }
}
