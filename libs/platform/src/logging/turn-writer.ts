import { type DestinationStream } from 'pino';

/**
 * Writes the lines of one turn of the event loop together: a pipe takes each write at once, and every one costs a system call.
 * What waits at the process's end is written then; only SIGKILL loses it.
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
  }

  private flush(): void {
    const text = this.waiting;
    this.waiting = '';
    if (text !== '') this.out.write(text);
  }
}
