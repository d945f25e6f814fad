/**
 * A column that only SecretBox opens, and what each of its values is bound to. Whoever writes, reads or re-encrypts it takes
 * the additional data from here. Names come from code, never from input. A change of `table` or `boundTo` makes every stored
 * value unreadable.
 */
export interface SealedColumn<Bound extends string = string> {
  readonly table: string;
  readonly primaryKey: readonly string[];
  readonly keyIdColumn: string;
  readonly sealedColumn: string;
  /** Columns whose values the ciphertext is bound to, in this order; they never change while the row lives. */
  readonly boundTo: readonly Bound[];
  /** The additional data of a row: the context for SecretBox. */
  context(row: Readonly<Record<Bound, string>>): string[];
}

export function defineSealedColumn<const Bound extends string>(
  column: Omit<SealedColumn<Bound>, 'context'>,
): SealedColumn<Bound> {
  return { ...column, context: (row) => [column.table, ...column.boundTo.map((name) => row[name])] };
}
