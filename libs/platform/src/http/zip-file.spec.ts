import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { unzipped } from '../../../../test/support/unzip';
import { zipFile, type ZippedFile } from './zip-file';

const AT = new Date('2026-03-10T02:00:00Z');

function* files(...contents: readonly (string | Error)[]): Generator<ZippedFile> {
  for (const [n, content] of contents.entries()) {
    async function* text(): AsyncGenerator<string> {
      yield 'begun ';
      await new Promise((resolve) => setImmediate(resolve));
      if (content instanceof Error) throw content;
      yield content;
    }
    yield { name: `${n}.txt`, content: Readable.from(text()) };
  }
}

describe('zipFile', () => {
  it('holds the files in their order', async () => {
    const zip = unzipped(await buffer(zipFile(files('one', 'x'.repeat(100_000), ''), AT)));
    expect([...zip.keys()]).toEqual(['0.txt', '1.txt', '2.txt']);
    expect(zip.get('0.txt')!.toString()).toBe('begun one');
    expect(zip.get('1.txt')).toHaveLength(100_006);
  });

  it('breaks off where a file fails, and is no ZIP then', async () => {
    const parts: Buffer[] = [];
    const out = zipFile(files('one', new Error('lost'), 'three'), AT);
    out.on('data', (part: Buffer) => parts.push(part));
    await expect(new Promise((resolve, reject) => out.once('end', resolve).once('error', reject))).rejects.toThrow(
      'lost',
    );
    expect(() => unzipped(Buffer.concat(parts))).toThrow('no directory');
  });

  it('ends what is read when its reader leaves', async () => {
    let read = 0;
    const ended = new Promise<void>((resolve) => {
      async function* endless(): AsyncGenerator<Buffer> {
        try {
          for (;;) {
            read++;
            yield randomBytes(65_536);
            await new Promise((next) => setImmediate(next));
          }
        } finally {
          resolve();
        }
      }
      const out = zipFile([{ name: 'endless', content: Readable.from(endless()) }], AT);
      out.on('data', () => read > 3 && out.destroy());
    });
    await ended;
    const before = read;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(read).toBe(before);
  });
});
