import { type Peer, type RotationProgress, type RotationResult, type SurveyedKey } from '@app/platform';

export const USAGE = `rotate-keys [--batch ROWS] | --status | --retire ID

Seals every stored secret anew under the first key of SECRET_KEYS, while gateway and workers go on. It may be stopped or
killed at any time and started again: it goes on with what is left.
  --batch ROWS   rows per statement, 1 to 1000 (200)
  --status       shows the rows under each key, and which processes run with which keys
  --retire ID    marks a key that nothing uses any more as never to seal again

To change the key:
  1. add the new key behind the old one (SECRET_KEYS=k1:…,k2:…), restart all processes
  2. put it first (k2:…,k1:…), restart all processes
  3. rotate-keys
  4. rotate-keys --retire k1
  5. remove it (k2:…), restart all processes

Ends with 0 when all is done, 2 when rows are under another key still, 130 when it was stopped, 1 after any other failure.`;

export function progressLine({ table, total, moved }: RotationProgress, ms: number): string {
  return `  ${table}: ${moved} of ${total} rows, ${perSecond(moved, ms)} rows/s`;
}

export function resultLine({ table, moved, changed, unreadable, left }: RotationResult, ms: number): string {
  const parts = [`${moved} rows moved`, `${changed} changed meanwhile`, `${left} left`];
  if (unreadable.length > 0) parts.push(`${unreadable.length} do not open (${firstFew(unreadable)})`);
  return `${table}: ${parts.join(', ')} (${(ms / 1_000).toFixed(1)} s)`;
}

/** A table with a line per key, then a line per running process. */
export function statusLines(keys: readonly SurveyedKey[], processes: readonly Peer[]): string[] {
  const tables = [...(keys[0]?.rows.keys() ?? [])];
  const header = ['key', 'in SECRET_KEYS', ...tables];
  const lines = keys.map(({ id, place, isRetired, rows }) => [
    id,
    `${PLACES[place]}${isRetired ? ', retired' : ''}`,
    ...tables.map((table) => String(rows.get(table) ?? 0)),
  ]);
  const running = processes.map(
    ({ program, host, pid, sealingKeyId, ids }) =>
      `${program}, process ${pid} on ${host}: seals with ${sealingKeyId}, opens with ${ids.join(', ')}`,
  );
  return [...aligned([header, ...lines]), '', ...(running.length > 0 ? running : ['no process runs'])];
}

const PLACES = { sealing: 'first: seals', opening: 'behind: opens', absent: 'no' } as const;

function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function perSecond(rows: number, ms: number): number {
  return ms > 0 ? Math.round((rows * 1_000) / ms) : rows;
}

/** Primary keys, which are no secrets. */
function firstFew(keys: readonly string[]): string {
  return keys.length > 5 ? `${keys.slice(0, 5).join(', ')}, …` : keys.join(', ');
}
