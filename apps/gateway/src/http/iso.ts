/** A moment as answers tell it; null: it has not been. */
export function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
