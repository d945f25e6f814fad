/** UTC in the form DATETIME(3) reads from text. */
export function sqlTime(at: Date): string {
  return at.toISOString().slice(0, 23).replace('T', ' ');
}
