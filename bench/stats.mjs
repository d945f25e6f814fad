/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const round = (value) => (value === null ? null : Number(value.toPrecision(4)));

/**
 * One JSON line. `ok` is null where nothing is promised yet.
 * @param {{ name: string, value: number, unit: string, baseline?: number | null, ratio?: number | null, ok?: boolean | null }} figure
 */
export function printFigure({ name, value, unit, baseline = null, ratio = null, ok = null, ...more }) {
  console.log(
    JSON.stringify({ name, value: round(value), unit, baseline: round(baseline), ratio: round(ratio), ok, ...more }),
  );
}
