import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @typedef {{ ppid: number, started: string, title: string }} ProcessInfo */

/** @param {number} pid @returns {ProcessInfo | null} null when it has ended, a zombie included */
export function processInfo(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { ppid: Number(fields[1]), started: fields[19], title };
  } catch {
    return null;
  }
}

function fromPs(pid) {
  try {
    const out = execFileSync('ps', ['-o', 'ppid=,stat=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const match = /^\s*(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/m.exec(out);
    if (!match || match[2].startsWith('Z')) return null;
    return { ppid: Number(match[1]), started: match[3], title: match[4] };
  } catch {
    return null;
  }
}

/** @typedef {{ pid: number, started: string }} KnownProcess a pid alone may be another's by now */

/** @param {KnownProcess} known */
export function isSameAlive(known) {
  return known.started !== undefined && processInfo(known.pid)?.started === known.started;
}

/** @returns {KnownProcess[]} the parent, its parent … up to the npm that started us; empty without one */
export function npmAncestors() {
  const chain = [];
  if (!process.env.npm_lifecycle_event) return chain;
  for (let pid = process.ppid; pid > 1 && chain.length < 8;) {
    const info = processInfo(pid);
    if (!info) return [];
    chain.push({ pid, started: info.started });
    if (/\b(npm|pnpm|yarn|bun)\b/.test(info.title)) return chain;
    pid = info.ppid;
  }
  return [];
}

/** Signals one process; an ended one is not an error. @param {number} pid negative: its group */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a short command (a version question) without a guard.
 * @returns {Promise<{ code: number, output: string }>} code 127 when it cannot be run or takes longer than `timeoutMs`
 */
export function ask(command, args, { env = process.env, timeoutMs = 10_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 127, output: output.trim() }));
  });
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `done()` is true. @returns {Promise<boolean>} false when the time is over */
export async function until(done, timeoutMs, everyMs = 50) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await done()) return true;
    if (performance.now() >= end) return false;
    await sleep(everyMs);
  }
}
