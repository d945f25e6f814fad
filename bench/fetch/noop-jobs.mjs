// How many jobs a second BullMQ moves when they do nothing. Prints {jobsPerSecond}.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const { Queue, Worker } = require('bullmq');

const { redisUrl, jobs } = JSON.parse(process.argv[2]);
const { hostname: host, port, password, username } = new URL(redisUrl);
const connection = {
  host,
  port: Number(port),
  maxRetriesPerRequest: null,
  ...(password ? { password } : {}),
  ...(username ? { username } : {}),
};
const prefix = '{wpg-bench-noop}';
const queue = new Queue('noop', { connection, prefix });
for (let at = 0; at < jobs; at += 1_000) {
  const batch = Array.from({ length: Math.min(1_000, jobs - at) }, () => ({
    name: 'noop',
    data: { id: 'x'.repeat(100) },
    opts: { removeOnComplete: true },
  }));
  await queue.addBulk(batch);
}
let done = 0;
let began = 0;
const worker = new Worker('noop', async () => {}, { connection, prefix, concurrency: 50, autorun: false });
const finished = new Promise((resolve) => {
  worker.on('completed', () => {
    if (++done === jobs) resolve();
  });
});
began = performance.now();
void worker.run();
await finished;
console.log(JSON.stringify({ jobsPerSecond: (jobs * 1_000) / (performance.now() - began) }));
await worker.close();
await queue.obliterate({ force: true });
await queue.close();
