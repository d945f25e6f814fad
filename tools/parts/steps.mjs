/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Runs one step and says so: a line when it has taken half a second, and a line with its result and time at the end.
 * @template T
 * @param {string} name what is being done, e.g. "packages: npm ci"
 * @param {() => Promise<T>} work
 * @param {(result: T) => string} [describe] a few words on the result, printed after the name
 * @returns {Promise<T>}
 */
export async function step(name, work, describe) {
  const began = performance.now();
  const timer = setTimeout(() => console.log(`  ${name} …`), 500);
  try {
    const result = await work();
    const outcome = describe?.(result);
    console.log(`  ${name}${outcome ? `: ${outcome}` : ''} (${seconds(performance.now() - began)})`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
