/** A browser is known for this long after its last login. */
export const DEVICE_MS = 180 * 86_400_000;
