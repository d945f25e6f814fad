import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TICKS_PER_SECOND = 100;

/** CPU a process has used so far, all its threads, in ms (Linux; 0 elsewhere). @param {number} pid */
export function cpuMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/**
 * Starts a program of ours that ends when its standard input does, and waits for its first line of JSON.
 * @returns {Promise<{ pid: number, first: any, lines: AsyncIterator<string>, stop: () => Promise<void> }>}
 */
export async function startProgram(file, { flags = [], args = [], env = {}, firstLine = true } = {}) {
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  };
  if (!firstLine) return { pid: child.pid, first: null, lines, stop };
  const { value, done } = await lines.next();
  if (done) throw new Error(`${file} ended before it said anything`);
  return { pid: child.pid, first: JSON.parse(value), lines, stop };
}
