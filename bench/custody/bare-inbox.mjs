// The least that keeps a push: one Fastify route, one INSERT of the body as it came; no signature, no decryption. Prints its port.
import { createRequire } from 'node:module';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ROOT } from '../../tools/parts/files.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const { fastify } = require('fastify');
const mysql = require('mysql2/promise');

const { databaseUrl } = JSON.parse(process.argv[2]);
const pool = mysql.createPool({ uri: databaseUrl, connectionLimit: 20, timezone: 'Z' });
const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/wechat/:appid/events', async (request) => {
  const hash = createHash('sha256').update(request.body).digest();
  await pool.execute('INSERT INTO bare_push (body_hash, received_at, body) VALUES (?, ?, ?)', [
    hash,
    new Date(),
    request.body,
  ]);
  return 'success';
});
await server.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: server.server.address().port }));
process.stdin.resume().on('end', () => process.exit(0));
