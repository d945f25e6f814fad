import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Clock } from '@app/kernel';
import { type ZippedFile } from '@app/platform';
import { type ExportedFile, type Merchant } from '@app/tenants';

const VERSION = 1;
/** Lines are handed on in pieces of about this many letters. */
const PIECE = 65_536;

interface Listed {
  readonly name: string;
  readonly rows: number;
  readonly sha256: string;
}

/** Each file as lines of JSON, and at the end a manifest that tells what there must be. */
export async function* exportFiles(
  { id }: Merchant,
  files: AsyncIterable<ExportedFile>,
  clock: Clock,
): AsyncGenerator<ZippedFile> {
  const startedAt = clock.now();
  const listed: Listed[] = [];
  for await (const { name, rows } of files) {
    const lines = new Lines(rows);
    yield { name: `${name}.ndjson`, content: Readable.from(lines.pieces(), { highWaterMark: 1 }) };
    listed.push({ name: `${name}.ndjson`, ...lines.told() });
  }
  const manifest = { version: VERSION, merchant: id, startedAt, endedAt: clock.now(), files: listed };
  yield { name: 'manifest.json', content: Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]) };
}

/** Rows as lines of JSON, counted and hashed as they go by. */
class Lines {
  private readonly hash = createHash('sha256');
  private rows = 0;

  constructor(private readonly source: ExportedFile['rows']) {}

  async *pieces(): AsyncGenerator<Buffer> {
    let text = '';
    for await (const row of this.source) {
      text += `${JSON.stringify(row)}\n`;
      this.rows++;
      if (text.length < PIECE) continue;
      yield this.seen(text);
      text = '';
    }
    if (text !== '') yield this.seen(text);
  }

  told(): Omit<Listed, 'name'> {
    return { rows: this.rows, sha256: this.hash.digest('hex') };
  }

  private seen(text: string): Buffer {
    const bytes = Buffer.from(text, 'utf8');
    this.hash.update(bytes);
    return bytes;
  }
}
