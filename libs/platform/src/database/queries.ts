/** Runs statements: the data source, the manager of a transaction, a batch of one. */
export interface Queries {
  query<T>(sql: string, params?: unknown[]): Promise<T>;
}
