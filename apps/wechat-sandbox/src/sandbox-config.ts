/** Everything the environment decides; README of these names: docs/sandbox.md. */
export interface SandboxConfig {
  /** TCP port; 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** Where the state survives a restart; null keeps it in memory only. */
  readonly stateFile: string | null;
  /** Seconds between two tickets of a platform. WeChat: 600. */
  readonly ticketSeconds: number;
  /** Opens the control routes to other machines. */
  readonly allowRemote: boolean;
  /** Ends the process when stdin ends, so that a killed parent leaves nothing behind. */
  readonly parentWatch: boolean;
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string, fallback: number, min: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) throw new Error(`${name} must be a whole number of at least ${min}`);
  return value;
}

/** Throws an Error that names the setting and its rule, never its value. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SandboxConfig {
  const port = wholeNumber(env, 'SANDBOX_PORT', 3900, 0);
  if (port > 65_535) throw new Error('SANDBOX_PORT must be at most 65535');
  return {
    port,
    host: env['SANDBOX_HOST'] ?? '127.0.0.1',
    stateFile: env['SANDBOX_STATE_FILE'] === '' ? null : (env['SANDBOX_STATE_FILE'] ?? null),
    ticketSeconds: wholeNumber(env, 'SANDBOX_TICKET_SECONDS', 600, 1),
    allowRemote: env['SANDBOX_ALLOW_REMOTE'] === '1',
    parentWatch: env['SANDBOX_PARENT_WATCH'] === '1',
  };
}
