import net from 'node:net';
import { createInterface } from 'node:readline';
import { socketPlace } from './socket-place.mjs';

const VERBS = ['stop', 'crash', 'start', 'restart'];

/** @returns {Promise<string>} the answer line */
async function obey(line, engines) {
  const [verb, name] = line.trim().split(/\s+/);
  const engine = engines[name];
  if (!engine || !VERBS.includes(verb)) return `failed: write one of ${VERBS.join(', ')} and database or redis`;
  try {
    await engine[verb]();
    return 'ok';
  } catch (error) {
    return `failed: ${error.message}`;
  }
}

/**
 * Lets tests and drills stop, crash, start and restart the private engines: a unix socket that takes lines such as
 * `restart database` and answers each with `ok` or `failed: reason`.
 * @param {Record<string, import('./engine.mjs').Engine>} engines @param {string} dir
 * @returns {Promise<string>} path of the socket
 */
export async function serveEngineControl(engines, dir) {
  const place = await socketPlace(dir, 'control.sock');
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    let before = Promise.resolve();
    createInterface({ input: socket }).on('line', (line) => {
      before = before.then(async () => socket.write(`${await obey(line, engines)}\n`));
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, resolve);
  });
  server.unref();
  return place;
}
