/** What came of one page of accounts; `last` is its last id, null behind the end. */
export interface PageResult {
  readonly count: number;
  readonly last: number | null;
}

const PAGE = 500;

/** Takes page after page of accounts, in the order of ids. The sum of the counts. */
export async function pageThrough(
  take: (page: { readonly after: number; readonly limit: number }) => Promise<PageResult>,
): Promise<number> {
  let sum = 0;
  for (let after: number | null = 0; after !== null;) {
    const { count, last }: PageResult = await take({ after, limit: PAGE });
    sum += count;
    after = last;
  }
  return sum;
}
