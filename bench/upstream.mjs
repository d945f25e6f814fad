// A WeChat that answers at once: nothing but getusercumulate, one row per asked day, no checks. Prints its port.
import { createServer } from 'node:http';
import { dayNumber, usersOn } from './truth.mjs';

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    const seed = Number(/access_token=(\d+)_/.exec(request.url)?.[1] ?? 0);
    const { begin_date: from, end_date: to } = JSON.parse(body);
    const list = [];
    for (let day = dayNumber(from); day <= dayNumber(to); day++) {
      const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
      list.push({ ref_date: date, user_source: 0, cumulate_user: usersOn(seed, day) });
    }
    const text = JSON.stringify({ list });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit(0));
