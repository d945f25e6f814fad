import { connect, type Socket } from 'node:net';

/** Everything clients send to Redis, as MONITOR tells it, over a plain connection. */
export class RedisMonitor {
  private constructor(
    private readonly socket: Socket,
    private readonly pieces: Buffer[],
  ) {}

  static async open(url: string): Promise<RedisMonitor> {
    const { hostname, port, username, password } = new URL(url);
    const socket = connect(Number(port), hostname);
    const pieces: Buffer[] = [];
    await new Promise((opened, fail) => socket.once('connect', opened).once('error', fail));
    const login =
      password === '' ? '' : `AUTH ${username === '' ? '' : `${username} `}${decodeURIComponent(password)}\r\n`;
    socket.write(`${login}MONITOR\r\n`);
    await new Promise<void>((started) => {
      let seen = '';
      socket.on('data', (piece: Buffer) => {
        pieces.push(piece);
        seen = (seen + piece.toString('latin1')).slice(-64);
        if (seen.endsWith(`${login === '' ? '' : '+OK\r\n'}+OK\r\n`) || pieces.length > 2) started();
      });
    });
    return new RedisMonitor(socket, pieces);
  }

  get seen(): Buffer {
    return Buffer.concat(this.pieces);
  }

  close(): void {
    this.socket.destroy();
  }
}
