// The least that answers days: one Fastify route, one SELECT, no key, no checks. Prints its port.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const { fastify } = require('fastify');
const mysql = require('mysql2/promise');

const { databaseUrl, accounts } = JSON.parse(process.argv[2]);
const pool = mysql.createPool({ uri: databaseUrl, connectionLimit: 20, timezone: 'Z', dateStrings: ['DATE'] });
const ids = new Map(accounts);
const server = fastify();
server.post('/datacube/getusercumulate', async (request) => {
  const { begin_date: from, end_date: to } = request.body;
  const [rows] = await pool.execute(
    'SELECT ref_date, cumulate_user FROM daily_cumulate WHERE account_id = ? AND ref_date BETWEEN ? AND ? AND state = 2 ORDER BY ref_date',
    [ids.get(request.query.appid), from, to],
  );
  return { list: rows.map(({ ref_date, cumulate_user }) => ({ ref_date, user_source: 0, cumulate_user })) };
});
await server.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: server.server.address().port }));
process.stdin.resume().on('end', () => process.exit(0));
