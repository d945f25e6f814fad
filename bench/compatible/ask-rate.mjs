// Asks for days from a process of its own. Arguments as JSON: {origin, query, appids, atOnce, ms}; prints {rate, p99, answers}.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';

const { Pool } = createRequire(path.join(ROOT, 'package.json'))('undici');
const { origin, query, appids, atOnce, ms } = JSON.parse(process.argv[2]);
const pool = new Pool(origin, { connections: atOnce });
const body = JSON.stringify({ begin_date: '2026-01-05', end_date: '2026-01-11' });
const headers = { 'content-type': 'application/json' };
const took = [];
let next = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (performance.now() - began < ms) {
      const appid = appids[next++ % appids.length];
      const sent = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: `/datacube/getusercumulate?appid=${appid}${query}`,
        body,
        headers,
      });
      const { list } = await answer.body.json();
      took.push(performance.now() - sent);
      if (list?.length !== 7) throw new Error('an answer is not whole');
    }
  }),
);
const seconds = (performance.now() - began) / 1_000;
took.sort((a, b) => a - b);
console.log(
  JSON.stringify({ rate: took.length / seconds, p99: took[Math.floor(took.length * 0.99)], answers: took.length }),
);
await pool.close();
