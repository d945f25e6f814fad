// One process that looks tokens up in three ways, in turn: our custody, a bare map, a bare SELECT. Prints rates per second.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { COMPONENT, PLATFORM, appidOf } from '../fetch/seed-rows.mjs';

const require = createRequire(path.join(ROOT, 'package.json'));
const dist = (name) => require(`./dist/${name}`);
require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const mysql = require('mysql2/promise');
const platform = dist('libs/platform/src/index.js');
const credentials = dist('libs/credentials/src/index.js');
const { tenantEntities } = dist('libs/tenants/src/index.js');

const { ids, rounds, mapMs, selectMs, databaseUrl } = JSON.parse(process.argv[2]);
platform.loadConfig([
  platform.StoreConfig,
  platform.UpstreamConfig,
  platform.ProcessConfig,
  ...credentials.CREDENTIALS_CONFIGS,
]);
class BenchModule {}
Module({
  imports: [
    platform.ClockModule,
    platform.SecretsModule,
    platform.DatabaseModule.forRoot([...tenantEntities, ...credentials.credentialEntities]),
    platform.JobsModule.forRoot('producer', credentials.credentialQueues),
    credentials.CredentialsModule,
  ],
})(BenchModule);
const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'], abortOnError: false });
const tokens = app.get(credentials.AccountTokens);
const pool = mysql.createPool({ uri: databaseUrl, connectionLimit: 20, timezone: 'Z' });
const appids = ids.map(appidOf);
const map = new Map(appids.map((appid, i) => [`${PLATFORM}/${appid}/account_token`, { token: `t${i}`, version: 1 }]));

/** Look-ups a second over `ms`, `atOnce` callers, each asking for the next account as soon as it has one. */
async function rate(ms, atOnce, look) {
  const began = performance.now();
  const end = began + ms;
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      // The clock is read once for many look-ups: reading it costs as much as one.
      while (performance.now() < end) {
        for (let n = 0; n < 20; n++) await look(appids[done++ % appids.length]);
      }
    }),
  );
  return (done * 1_000) / (performance.now() - began);
}

const custody = (appid) => tokens.get(PLATFORM, appid, COMPONENT);
const bareMap = async (appid) => map.get(`${PLATFORM}/${appid}/account_token`);
const bareSelect = (appid) =>
  pool.execute(
    'SELECT sealed, version, expires_at FROM credential WHERE platform_id = ? AND subject_appid = ? AND kind = ?',
    [PLATFORM, appid, 'account_token'],
  );
const results = [];
for (let round = 0; round <= rounds; round++) {
  const result = {
    custody: await rate(mapMs, 50, custody),
    map: await rate(mapMs, 50, bareMap),
    select: await rate(selectMs, 50, bareSelect),
  };
  // The first round warms up and is not counted.
  if (round > 0) results.push(result);
}
console.log(JSON.stringify(results));
await pool.end();
await app.close();
process.exit(0);
