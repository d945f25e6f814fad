import { type AddressInfo } from 'node:net';
import { createSandboxApp } from './sandbox-app';
import { readConfig } from './sandbox-config';
import { jsonLog } from './sandbox-log';
import { restoreWorld, saveWorld } from './state/saved-world';
import { StateFile } from './state/state-file';
import { createWorld, type World } from './world';

/** A stop that hangs must not outlive the two seconds a parent waits. */
const STOP_DEADLINE_MS = 1500;

function keepState(path: string, world: World): StateFile {
  const file = new StateFile(path, () => saveWorld(world));
  const saved = file.load();
  if (saved !== undefined) restoreWorld(world, saved);
  const schedule = (): void => {
    file.schedule();
  };
  world.store.onChange(schedule);
  world.faults.onChange(schedule);
  return file;
}

async function main(): Promise<void> {
  const config = readConfig();
  const world = createWorld({ ticketSeconds: config.ticketSeconds, log: jsonLog });
  const state = config.stateFile === null ? null : keepState(config.stateFile, world);
  const app = createSandboxApp(world, { allowRemote: config.allowRemote });
  await app.listen({ port: config.port, host: config.host });
  world.tickets.start();

  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    jsonLog('info', 'stopping', { why });
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    world.tickets.stop();
    // counters of the hot path change without asking for a save
    state?.schedule();
    state?.flushPending();
    void Promise.allSettled([app.close(), world.pusher.close()]).then(() => {
      state?.flushPending();
      process.exit(0);
    });
  };
  // a parent that died took the other end of the pipe with it
  process.stdout.on('error', () => undefined);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (config.parentWatch) {
    process.stdin.on('end', () => {
      stop('stdin ended');
    });
    process.stdin.on('error', () => {
      stop('stdin failed');
    });
    process.stdin.resume();
  }
  jsonLog('info', 'listening', { port: (app.server.address() as AddressInfo).port });
}

main().catch((error: unknown) => {
  jsonLog('error', 'could not start', { error: error instanceof Error ? error.message : 'unknown' });
  process.exitCode = 1;
});
