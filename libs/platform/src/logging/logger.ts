import { type LoggerService } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentRequestId } from './request-context';
import { scrub } from './scrub';
import { TurnWriter } from './turn-writer';

const standardOutput = new TurnWriter(process.stdout);

/** JSON lines on the given stream (standard output unless told), every line scrubbed, the request id on each. */
export function createLogger(level: string, name: string, out: DestinationStream = standardOutput): Logger {
  return pino(
    {
      level,
      name,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { requestId };
      },
      serializers: { err: describeError },
      redact: { paths: ['req.headers', '*.authorization', '*.cookie', '*.password'], censor: '[secret]' },
    },
    {
      write: (line: string) => {
        out.write(scrub(line));
      },
    },
  );
}

/** Nest's own lines through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last, and a stack before it on errors. Objects are kept as fields. */
  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const err = message instanceof Error ? message : rest.find((item) => item instanceof Error);
    const fields = typeof message === 'object' && message !== null && !(message instanceof Error) ? message : {};
    const text = message instanceof Error ? message.message : typeof message === 'string' ? message : undefined;
    const stack = level === 'error' && rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    this.pino[level](
      { ...fields, ...stack, ...(context === undefined ? {} : { context }), ...(err ? { err } : {}) },
      text,
    );
  }
}

/** Errors of HTTP and SQL clients carry requests and statements; only name, message, code and stack are kept. */
function describeError(error: Error & { code?: unknown }): object {
  const cause = error.cause instanceof Error ? { cause: describeError(error.cause) } : {};
  const app = error instanceof AppError ? { kind: error.kind, detail: error.detail } : {};
  return { type: error.name, message: error.message, code: error.code, stack: error.stack, ...app, ...cause };
}
