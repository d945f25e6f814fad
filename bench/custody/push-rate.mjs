// Posts prepared pushes from a process of its own. Arguments as JSON: {file, origin, atOnce}; prints {ms, accepted}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';

const { Pool } = createRequire(path.join(ROOT, 'package.json'))('undici');
const { file, origin, atOnce } = JSON.parse(process.argv[2]);
const pushes = JSON.parse(readFileSync(file, 'utf8'));
const pool = new Pool(origin, { connections: atOnce });
let next = 0;
let accepted = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < pushes.length) {
      const { path: target, body } = pushes[next++];
      const answer = await pool.request({
        method: 'POST',
        path: target,
        body,
        headers: { 'content-type': 'text/xml' },
      });
      if ((await answer.body.text()) === 'success') accepted++;
    }
  }),
);
console.log(JSON.stringify({ ms: performance.now() - began, accepted }));
await pool.close();
