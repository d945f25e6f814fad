import net from 'node:net';
import path from 'node:path';
import { readJson, writeWhole } from './files.mjs';
import { sleep, until } from './processes.mjs';
import { Refusal } from './refusal.mjs';

const EXAMPLES = { DATABASE_URL: 'mysql://user:password@host:3306/database', REDIS_URL: 'redis://host:6379' };
const LOOPBACK = '127.0.0.1';

/** @returns {Promise<boolean>} whether something accepts a TCP connection there */
function isReachable(host, port, timeoutMs = 3000) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: timeoutMs });
    const answer = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.on('connect', () => answer(true));
    socket.on('timeout', () => answer(false));
    socket.on('error', () => answer(false));
  });
}

/** Opens a listener on a port (0: any) and closes it again. @returns {Promise<number | null>} the port, null when taken */
function tryListen(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.on('error', () => resolve(null));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const bound = server.address().port;
      server.close(() => resolve(bound));
    });
  });
}

/** @param {number} port */
async function isPortFree(port) {
  // Some systems let a listener share its port with one on all addresses, so ask by connecting, too.
  return (await tryListen(port)) !== null && !(await isReachable(LOOPBACK, port, 500));
}

/** @returns {Promise<number>} a loopback port that nobody uses at the moment */
export async function freePort() {
  return tryListen(0);
}

/** Where the port of a private engine is kept. @param {string} dir @param {'database' | 'redis'} kind */
export const portFile = (dir, kind) => path.join(dir, `${kind}-port.json`);

/** @param {string} file @returns {Promise<number | null>} */
export async function keptPort(file) {
  const port = (await readJson(file))?.port;
  return Number.isInteger(port) ? port : null;
}

/** A free port kept in a file, chosen again when it is taken. */
export async function rememberedPort(file) {
  const kept = await keptPort(file);
  if (kept && (await isPortFree(kept))) return kept;
  const port = await freePort();
  await writeWhole(file, JSON.stringify({ port }));
  return port;
}

/** @param {string} variable environment variable that holds a port */
export function portSetting(variable, fallback) {
  const text = process.env[variable];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Refusal(`${variable} must be a port number from 1 to 65535.`);
}

/** @param {{ variable: string, port: number, use: string }[]} wanted */
export async function requirePorts(wanted) {
  for (const [index, { variable, port, use }] of wanted.entries()) {
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    if (twin)
      throw new Refusal(`Port ${port} is asked for twice: give ${twin.variable} and ${variable} different ports.`);
    if (await isPortFree(port)) continue;
    throw new Refusal(`Port ${port} (${use}) is taken: stop what uses it, or set ${variable} to a free port.`);
  }
}

/** Sends a few bytes and reads until `isReady(answer)`. @returns {Promise<boolean>} */
function converse(port, hello, isReady) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: LOOPBACK, port, timeout: 2000 });
    let answer = '';
    const done = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.on('connect', () => hello && socket.write(hello));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (isReady(answer)) done(true);
    });
    for (const event of ['end', 'error', 'timeout']) socket.on(event, () => done(false));
  });
}

/** The first packet of a MySQL server holds protocol 10 (an error packet holds 255). */
export const mysqlAnswers = (port) => converse(port, '', (text) => text.length > 5 && text.charCodeAt(4) === 10);

/** @param {string} password */
export const redisAnswers = (port, password) =>
  converse(port, `AUTH ${password}\r\nPING\r\n`, (text) => text.includes('+PONG'));

/** @param {string} url @returns {Promise<boolean>} whether it answers with status 200 */
export async function httpAnswers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/**
 * Waits until a process is ready or has ended.
 * @param {() => Promise<boolean>} isReady @param {Promise<unknown>} ended
 * @returns {Promise<'ready' | 'ended' | 'late'>}
 */
export async function waitReady(isReady, ended, timeoutMs) {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const over = await until(async () => hasEnded || (await isReady()), timeoutMs, 60);
  await sleep(0);
  if (hasEnded) return 'ended';
  return over ? 'ready' : 'late';
}

/** Refuses when nothing listens at an address given by the user (several hosts: when none does). */
export async function requireReachable(variable, url, defaultPort) {
  const match = /^[a-z][a-z0-9+-]*:\/\/(?:[^@/]*@)?([^/?]+)/i.exec(url);
  if (!match) throw new Refusal(`${variable} must be an address like ${EXAMPLES[variable]}.`);
  for (const part of match[1].split(',')) {
    const [, host, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(part);
    if (await isReachable(host, Number(port ?? defaultPort))) return;
  }
  throw new Refusal(`Nothing answers at ${match[1]}: start that server, or correct or unset ${variable}.`);
}
