import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = 3;
const CHUNK = 1 << 22;

/** A value somebody might have written down, and what to call it in a failure (never the value). */
export interface Needle {
  readonly kind: string;
  readonly value: string;
}

/** Finds any of many values in bytes: as they are, in base64 at any alignment, in hex, and percent-encoded. */
export class Haystack {
  private readonly heads = new Uint8Array(1 << 24);
  private readonly byHead = new Map<number, { bytes: Buffer; label: string }[]>();
  private longest = 0;

  constructor(needles: readonly Needle[]) {
    for (const { kind, value } of needles) {
      if (value.length < 8) throw new Error(`too short to search for: ${kind}`);
      for (const [form, text] of forms(value)) this.add(Buffer.from(text, 'latin1'), `${kind} (${form})`);
    }
  }

  /** Labels of what the bytes hold. */
  search(bytes: Buffer): Set<string> {
    const found = new Set<string>();
    for (let i = 0; i + HEAD <= bytes.length; i++) {
      const head = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
      if (this.heads[head] === 0) continue;
      for (const { bytes: needle, label } of this.byHead.get(head) ?? []) {
        if (bytes.compare(needle, 0, needle.length, i, Math.min(i + needle.length, bytes.length)) === 0)
          found.add(label);
      }
    }
    return found;
  }

  /** Labels found in all files below a folder, each with the file's name. */
  searchFiles(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .flatMap((file) => [...this.searchFile(file)].map((label) => `${label} in ${file.slice(folder.length + 1)}`));
  }

  private searchFile(file: string): Set<string> {
    const found = new Set<string>();
    const overlap = this.longest - 1;
    const handle = openSync(file, 'r');
    try {
      const { size } = statSync(file);
      for (let at = 0; at < size; at += CHUNK) {
        const piece = Buffer.alloc(Math.min(CHUNK + overlap, size - at));
        readSync(handle, piece, 0, piece.length, at);
        for (const label of this.search(piece)) found.add(label);
      }
    } finally {
      closeSync(handle);
    }
    return found;
  }

  private add(bytes: Buffer, label: string): void {
    const head = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!;
    this.heads[head] = 1;
    this.byHead.set(head, [...(this.byHead.get(head) ?? []), { bytes, label }]);
    this.longest = Math.max(this.longest, bytes.length);
  }
}

function forms(value: string): [string, string][] {
  const hex = Buffer.from(value).toString('hex');
  const percent = encodeURIComponent(value);
  return [
    ['raw', Buffer.from(value).toString('latin1')],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ...(percent === value ? [] : ([['percent-encoded', percent]] as [string, string][])),
    ...[0, 1, 2].map((shift): [string, string] => [`base64 at ${shift}`, base64Core(value, shift)]),
  ];
}

/** The characters of a base64 text that depend on nothing but the value, when it begins `shift` bytes into a group. */
function base64Core(value: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
  const whole = bytes.length - (bytes.length % 3);
  return bytes
    .subarray(0, whole)
    .toString('base64')
    .slice(shift === 0 ? 0 : 4);
}
