import path from 'node:path';
import { ROOT } from '../tools/parts/files.mjs';
import { freePort, httpAnswers, waitReady } from '../tools/parts/ports.mjs';
import { startProgram } from './process-run.mjs';

/**
 * A gateway process, ready; its log lines are read and dropped, as a collector would.
 * @param {Record<string, string>} env
 * @returns {Promise<{ origin: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startGateway(env) {
  const [port, opsPort] = [await freePort(), await freePort()];
  const { lines, pid, stop } = await startProgram(path.join(ROOT, 'dist/apps/gateway/src/main.js'), {
    env: { ...env, GATEWAY_PORT: String(port), OPS_PORT: String(opsPort), PARENT_WATCH: '1', NODE_ENV: 'production' },
    firstLine: false,
  });
  void (async () => {
    for (;;) if ((await lines.next()).done) return;
  })();
  const origin = `http://127.0.0.1:${port}`;
  await waitReady(() => httpAnswers(`${origin}/health/ready`), new Promise(() => {}), 30_000);
  return { origin, pid, stop };
}
