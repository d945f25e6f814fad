import { parseArgs } from 'node:util';
import { AppError, KeyRing } from '@app/kernel';
import {
  DatabaseModule,
  joinSealing,
  KeyRetirement,
  KeyRotation,
  KeySurvey,
  loadConfig,
  ProcessConfig,
  rotationVerdict,
  SealingModule,
  sealingRefusal,
  SecretsModule,
  StoreConfig,
} from '@app/platform';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sealedColumns } from './sealed-columns';
import { progressLine, resultLine, statusLines, USAGE } from './rotate-keys-texts';

const DEFAULT_BATCH = 200;
const LARGEST_BATCH = 1_000;
const PROGRESS_MS = 1_000;
/** Some rows are not under the new key. */
const EXIT_LEFT = 2;
const EXIT_INTERRUPTED = 130;

@Module({ imports: [SecretsModule, DatabaseModule.forRoot([]), SealingModule] })
class RotateKeysModule {}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function rotateKeys(): Promise<number> {
  const { values } = parseArgs({
    options: {
      status: { type: 'boolean' },
      retire: { type: 'string' },
      batch: { type: 'string', default: String(DEFAULT_BATCH) },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    say(USAGE);
    return 0;
  }
  const batch = Number(values.batch);
  if (!Number.isInteger(batch) || batch < 1 || batch > LARGEST_BATCH)
    throw new Error(`--batch must be 1 to ${LARGEST_BATCH}\n\n${USAGE}`);
  if (values.status && values.retire !== undefined)
    throw new Error(`--status and --retire go one at a time\n\n${USAGE}`);
  loadConfig([StoreConfig, ProcessConfig]);
  const app = await NestFactory.createApplicationContext(RotateKeysModule, {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  try {
    if (values.status) return await status(app);
    if (values.retire !== undefined) return await retire(app, values.retire);
    return await rotate(app, batch);
  } finally {
    await app.close();
  }
}

async function status(app: INestApplicationContext): Promise<number> {
  const { keys, processes } = await app.get(KeySurvey).take(sealedColumns);
  for (const line of statusLines(keys, processes)) say(line);
  return 0;
}

async function retire(app: INestApplicationContext, keyId: string): Promise<number> {
  const outcome = await app.get(KeyRetirement).retire(keyId, sealedColumns);
  const before = outcome === 'retired' ? '' : ' already';
  say(`key ${keyId} is retired${before}: it may be removed from SECRET_KEYS. Keep it for old backups.`);
  return 0;
}

async function rotate(app: INestApplicationContext, batch: number): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      stop.abort();
    });
  }
  const joined = await joinSealing('rotate-keys', sealedColumns, () => {
    stop.abort();
  });
  try {
    const [ring, rotation] = [app.get(KeyRing), app.get(KeyRotation)];
    const verdict = rotationVerdict(ring, await joined.presence.others());
    if (!verdict.ok) throw sealingRefusal(verdict);
    say(`sealing all under key ${ring.sealingKeyId}`);
    let left = 0;
    for (const column of sealedColumns) {
      const began = performance.now();
      let toldAt = began;
      const result = await rotation.run(column, {
        batch,
        signal: stop.signal,
        onProgress: (progress) => {
          if (performance.now() - toldAt < PROGRESS_MS) return;
          toldAt = performance.now();
          say(progressLine(progress, toldAt - began));
        },
      });
      say(resultLine(result, performance.now() - began));
      left += result.left;
    }
    if (stop.signal.aborted) {
      say('stopped; start it again to go on');
      return EXIT_INTERRUPTED;
    }
    say(left === 0 ? 'done: no row is under another key' : `${left} rows are under another key still`);
    return left === 0 ? 0 : EXIT_LEFT;
  } finally {
    await joined.leave();
  }
}

rotateKeys().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof AppError ? error.message : error instanceof Error ? error.message : String(error);
    process.stderr.write(`rotate-keys: ${text}\n`);
    process.exit(1);
  },
);
