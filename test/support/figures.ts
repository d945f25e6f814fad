/** A figure of a drill: one JSON line on standard output, in the form of the benchmarks'. */
export function printFigure(figure: {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ok: boolean | null;
  readonly [detail: string]: unknown;
}): void {
  const { name, value, unit, ok, ...more } = figure;
  process.stdout.write(`${JSON.stringify({ name, value, unit, baseline: null, ratio: null, ok, ...more })}\n`);
}
