import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './builder.mjs';
import { installDependencies } from './dependencies.mjs';
import { ROOT } from './files.mjs';

/** Builds what is needed and runs one of our programs in this terminal, with this command's arguments and exit code. */
export async function runProgram(entry, settings) {
  await installDependencies();
  await build();
  // The settings of both stores are read together; these programs ask nothing of Redis.
  const env = { REDIS_URL: 'redis://127.0.0.1:6379', ...process.env, ...settings };
  const args = [path.join(ROOT, 'dist', entry), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both: the program decides when it ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill());
  child.on('exit', (code) => process.exit(code ?? 1));
}
