export type JsonRecord = Readonly<Record<string, unknown>>;

/** A JSON object, as opposed to an array, null or a plain value. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
