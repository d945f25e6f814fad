import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

/** Whether the database and Redis were started for these tests alone, so that they may be stopped, flushed and read as files. */
export const ownEngines = process.env['TEST_ENGINES'] === 'own';

/** Stops, starts, restarts or crashes one of the engines the test runner started. */
export async function engine(act: 'stop' | 'start' | 'restart' | 'crash', name: 'database' | 'redis'): Promise<void> {
  const socket = createConnection(process.env['TEST_ENGINE_CONTROL'] ?? '');
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    socket.write(`${act} ${name}\n`);
    const answer = await lines.next();
    if (answer.value !== 'ok') throw new Error(`${act} ${name}: ${String(answer.value)}`);
  } finally {
    socket.destroy();
  }
}
