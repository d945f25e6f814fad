// Runs one command and stops it, with all it started, as soon as the process that asked for it is gone.
//
//   node tools/guard.mjs '{"command","args","cwd","log","graceMs","delayMs","after"}'
//
// Standard input is a pipe held by that process: its end is the order to stop. Must be started as leader of its own
// process group (spawn's `detached`), because a stop is sent to the group. File descriptor 3 receives one line:
// {"pid"} or {"error"}.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

const spec = JSON.parse(process.argv[2]);
const { command, args = [], cwd, log, graceMs = 5000, delayMs = 0, after } = spec;

const report = (message) => {
  try {
    fs.writeSync(3, `${JSON.stringify(message)}\n`);
  } catch {
    // The reader is gone; the end of standard input follows.
  }
};

const output = log ? fs.openSync(log, 'a', 0o600) : 'inherit';
const child = spawn(command, args, { cwd, stdio: ['ignore', output, output] });
let stopping = false;

/** Ends what is left of the group, this process included. */
const endGroup = () => {
  if (after) spawnSync(after[0], after.slice(1), { stdio: 'ignore', timeout: 5000 });
  process.kill(-process.pid, 'SIGKILL');
};

const stop = (delay) => {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    setTimeout(endGroup, graceMs);
    process.kill(-process.pid, 'SIGTERM');
  }, delay);
};

child.on('spawn', () => report({ pid: child.pid }));
child.on('error', (error) => {
  report({ error: error.message });
  process.exit(127);
});
child.on('exit', (code, signal) => {
  if (stopping) endGroup();
  process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0));
});

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => stop(0));
process.stdin.on('data', () => stop(0));
for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => stop(delayMs));
