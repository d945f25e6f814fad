import { type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZippedFile {
  readonly name: string;
  readonly content: Readable;
}

/**
 * Files as a ZIP, one after the other, written as they are read; the next one is asked for when the one before is through. Where a
 * file fails the ZIP breaks off without its directory, so that nobody takes it for whole. Who leaves ends what is read.
 */
export function zipFile(files: AsyncIterable<ZippedFile> | Iterable<ZippedFile>, mtime: Date): Readable {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  let current: Readable | undefined;
  out.once('close', () => current?.destroy());
  const write = async (): Promise<void> => {
    for await (const { name, content } of files) {
      current = content;
      if (out.destroyed) content.destroy();
      zip.addReadStream(content, name, { mtime });
      await finished(content, { writable: false });
    }
    zip.end();
  };
  write().catch((error: unknown) => out.destroy(error as Error));
  return out;
}
