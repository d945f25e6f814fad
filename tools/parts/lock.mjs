import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { observers } from './guarded.mjs';
import { isSameAlive, processInfo, signal, sleep, until } from './processes.mjs';

/**
 * @typedef {object} Lock
 * @property {(pid: number) => void} note remembers a process that must have ended before the lock is taken over
 * @property {() => void} release
 */

const read = (file) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Creates the file with its content in one go; false when there is one. */
function createWhole(file, text) {
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(temporary, text, { mode: 0o600 });
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.unlinkSync(temporary);
  }
}

/** Puts a dead owner's lock aside; when another was quicker, its lock is put back. */
function discard(file, seen) {
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  try {
    if (read(aside) !== seen) fs.linkSync(aside, file);
  } catch {
    // Taken by a third one meanwhile.
  }
  fs.unlinkSync(aside);
}

/** Waits for what a killed owner left behind; its guards need a few seconds to stop it. */
async function waitForRest(processes) {
  if (await until(() => !processes.some(isSameAlive), 9000, 100)) return;
  for (const known of processes) if (isSameAlive(known)) signal(-known.pid, 'SIGKILL') || signal(known.pid, 'SIGKILL');
  await until(() => !processes.some(isSameAlive), 2000, 50);
}

/**
 * Takes a lock that dies with its owner.
 * @param {string} file
 * @param {{ wait?: () => void }} [options] `wait` is called once when another process holds it; without it the answer is null
 * @returns {Promise<Lock | null>}
 */
export async function takeLock(file, { wait } = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const owner = { pid: process.pid, started: processInfo(process.pid)?.started, processes: [] };
  let left = [];
  for (let told = false; ;) {
    if (createWhole(file, JSON.stringify(owner))) break;
    const seen = read(file);
    const holder = seen === null ? null : parse(seen);
    if (seen === null) continue;
    if (holder && isSameAlive(holder)) {
      if (!wait) return null;
      if (!told) wait();
      told = true;
      await sleep(200);
    } else {
      left = holder?.processes ?? [];
      discard(file, seen);
    }
  }
  await waitForRest(left);
  const note = (pid) => {
    owner.processes = [...owner.processes.filter(isSameAlive), { pid, started: processInfo(pid)?.started }];
    fs.writeFileSync(`${file}.next`, JSON.stringify(owner), { mode: 0o600 });
    fs.renameSync(`${file}.next`, file);
  };
  observers.add(note);
  return {
    note,
    release: () => {
      observers.delete(note);
      if (parse(read(file) ?? '')?.pid === process.pid) fs.unlinkSync(file);
    },
  };
}
