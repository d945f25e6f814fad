import { type DestinationStream } from 'pino';

/** Lines that may be the last. */
const URGENT = /^\{"level":"(error|fatal)"/;

/**
 * Writes the lines of one turn of the event loop together: a pipe takes each write at once, and every one costs a system call.
 * Errors are written at once, with what waits; so is the rest when the process ends. What aborts it (SIGKILL, no memory left)
 * loses the lines of one turn.
 */
export class TurnWriter implements DestinationStream {
  private waiting = '';

  constructor(private readonly out: { write(text: string): unknown }) {
    process.on('exit', () => {
      this.flush();
    });
  }

  write(line: string): void {
    if (this.waiting === '')
      setImmediate(() => {
        this.flush();
      });
    this.waiting += line;
    if (URGENT.test(line)) this.flush();
  }

  private flush(): void {
    const text = this.waiting;
    this.waiting = '';
    if (text !== '') this.out.write(text);
  }
}
