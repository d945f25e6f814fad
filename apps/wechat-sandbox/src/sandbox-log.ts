type LogLevel = 'info' | 'warn' | 'error';
type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Callers pass routes, appids, counts and errcodes; never a token, ticket, code, secret or query string. */
export type Log = (level: LogLevel, msg: string, fields?: LogFields) => void;

export const jsonLog: Log = (level, msg, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields })}\n`);
};

export const silentLog: Log = () => undefined;
