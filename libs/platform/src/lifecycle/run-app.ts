import { type INestApplicationContext } from '@nestjs/common';
import { type Logger } from 'pino';
import { AppError } from '@app/kernel';
import { config, loadConfig, type ConfigClass } from '../config/load-config';
import { ensureLocalMode } from '../config/local-mode';
import { ProcessConfig, StoreConfig, UpstreamConfig } from '../config/platform.config';
import { checkUpstream } from '../database/upstream-check';
import { createLogger, NestLogger } from '../logging/logger';
import { watchParent } from './parent-watch';

/**
 * Boots a process: settings first (all that is wrong in one message), then the app, then signals.
 * Ends within SHUTDOWN_DEADLINE_MS of SIGINT, SIGTERM or, when PARENT_WATCH is set, of the parent's end.
 */
export async function runApp(
  name: string,
  configs: readonly ConfigClass[],
  start: (logger: NestLogger, pino: Logger) => Promise<INestApplicationContext>,
): Promise<void> {
  try {
    loadConfig([StoreConfig, UpstreamConfig, ProcessConfig, ...configs]);
    const { LOG_LEVEL, OPS_HOST, PARENT_WATCH, SHUTDOWN_DEADLINE_MS } = config(ProcessConfig);
    ensureLocalMode({ OPS_HOST, WECHAT_API_ORIGIN: new URL(config(UpstreamConfig).WECHAT_API_ORIGIN).hostname });
    await checkUpstream();
    const pino = createLogger(LOG_LEVEL, name);
    const app = await start(new NestLogger(pino), pino);
    const stop = stopOnce(app, pino, SHUTDOWN_DEADLINE_MS);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    if (PARENT_WATCH) watchParent(stop);
  } catch (error) {
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

function stopOnce(app: INestApplicationContext, pino: Logger, deadlineMs: number): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      pino.error('shutdown deadline passed');
      process.exit(1);
    }, deadlineMs).unref();
    app.close().then(
      () => process.exit(0),
      (err: unknown) => {
        pino.error({ err }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
}
