import { type INestApplicationContext } from '@nestjs/common';
import { type Logger } from 'pino';
import { AppError, type SealedColumn } from '@app/kernel';
import { config, loadConfig, type ConfigClass } from '../config/load-config';
import { ensureLocalMode } from '../config/local-mode';
import { ProcessConfig, StoreConfig, UpstreamConfig } from '../config/platform.config';
import { checkUpstream } from '../database/upstream-check';
import { createLogger, NestLogger } from '../logging/logger';
import { joinSealing, type Joined } from '../sealing/open-presence';
import { watchParent } from './parent-watch';

/** What a program is made of: settings of its libs, and the columns they keep secrets in. */
interface AppParts {
  readonly configs: readonly ConfigClass[];
  readonly sealedColumns: readonly SealedColumn[];
}

/**
 * Boots a process: settings first (all that is wrong in one message), then its keys, then the app, then signals.
 * Ends within SHUTDOWN_DEADLINE_MS of SIGINT, SIGTERM, SIGHUP or, when PARENT_WATCH is set, of the parent's end.
 */
export async function runApp(
  name: string,
  { configs, sealedColumns }: AppParts,
  start: (logger: NestLogger, pino: Logger) => Promise<INestApplicationContext>,
): Promise<void> {
  let joined: Joined | undefined;
  try {
    loadConfig([StoreConfig, UpstreamConfig, ProcessConfig, ...configs]);
    const { LOG_LEVEL, OPS_HOST, PARENT_WATCH, SHUTDOWN_DEADLINE_MS } = config(ProcessConfig);
    ensureLocalMode({ OPS_HOST, WECHAT_API_ORIGIN: new URL(config(UpstreamConfig).WECHAT_API_ORIGIN).hostname });
    await checkUpstream();
    const pino = createLogger(LOG_LEVEL, name);
    let stop = (code: number): void => process.exit(code);
    joined = await joinSealing(name, sealedColumns, () => {
      pino.fatal('the sealing key was retired while this process stood still: it ends');
      stop(1);
    });
    const app = await start(new NestLogger(pino), pino);
    stop = stopOnce(app, joined, pino, SHUTDOWN_DEADLINE_MS);
    const end = (): void => {
      stop(0);
    };
    process.once('SIGINT', end).once('SIGTERM', end).once('SIGHUP', end);
    if (PARENT_WATCH) watchParent(end);
  } catch (error) {
    await joined?.leave();
    const text =
      error instanceof AppError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    process.stderr.write(`${name} did not start: ${text}\n`);
    process.exit(1);
  }
}

function stopOnce(
  app: INestApplicationContext,
  joined: Joined,
  pino: Logger,
  deadlineMs: number,
): (code: number) => void {
  let stopping = false;
  return (code) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      pino.error('shutdown deadline passed');
      process.exit(1);
    }, deadlineMs).unref();
    app
      .close()
      .then(() => joined.leave())
      .then(
        () => process.exit(code),
        (err: unknown) => {
          pino.error({ err }, 'shutdown failed');
          process.exit(1);
        },
      );
  };
}
