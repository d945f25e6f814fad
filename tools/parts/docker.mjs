import { createHash } from 'node:crypto';
import { runGuarded } from './guarded.mjs';
import { ask } from './processes.mjs';

/** @typedef {{ source: string, flavour: 'docker', image: string, env: NodeJS.ProcessEnv }} DockerBinary */

export async function hasDocker() {
  return (await ask('docker', ['info'])).code === 0;
}

/** @param {string} image @returns {Promise<DockerBinary>} */
async function withImage(image) {
  const have = await ask('docker', ['image', 'inspect', image]);
  if (have.code !== 0) {
    const pull = await runGuarded({ command: 'docker', args: ['pull', '--quiet', image] });
    if (pull.code !== 0) throw new Error(`docker pull ${image} failed: ${pull.output.split('\n').at(-1)}`);
  }
  return { source: `Docker image ${image}`, flavour: 'docker', image, env: process.env };
}

export const dockerDatabase = () => withImage('mysql:8.4');
export const dockerRedis = () => withImage('redis:7');

/**
 * The command that runs an image in the foreground and the one that removes its container. The container has the
 * user's id, so that the data stays the user's.
 * @param {{ image: string, dir: string, port: number, inner: number, mounts: string[], args: string[], options?: string[] }} spec
 */
export function dockerCommand({ image, dir, port, inner, mounts, args, options = [] }) {
  const name = `wpg-${createHash('sha256').update(`${dir} ${image}`).digest('hex').slice(0, 12)}`;
  const user = `${process.getuid()}:${process.getgid()}`;
  const volumes = mounts.flatMap((mount) => ['--volume', mount]);
  const run = ['run', '--rm', '--name', name, '--user', user, '--publish', `127.0.0.1:${port}:${inner}`];
  return {
    command: 'docker',
    args: [...run, ...volumes, ...options, image, ...args],
    after: ['docker', 'rm', '--force', name],
  };
}
