import { Transform, type TransformCallback } from 'node:stream';

/** A file on its way out: how much of it was made, and whether that is all. */
export class MeteredFile extends Transform {
  private passed = 0;
  private ended = false;

  get bytes(): number {
    return this.passed;
  }

  get isComplete(): boolean {
    return this.ended;
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.passed += piece.length;
    done(null, piece);
  }

  override _flush(done: TransformCallback): void {
    this.ended = true;
    done();
  }
}
