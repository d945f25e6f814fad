import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

/**
 * A process that asks for tokens as gateway and worker do, with the same parts, at the word of a drill:
 * POST /get {kind, callers, platformId, appid, componentAppid} → {served, errors, tokens, ms}: tokens as digests.
 * POST /use {…} → {errcode}: the token of a fresh `get` tried out at WeChat.
 */
const require = createRequire(import.meta.url);
const dist = (name) => require(`../../dist/${name}`);
require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const platform = dist('libs/platform/src/index.js');
const credentials = dist('libs/credentials/src/index.js');
const { tenantEntities } = dist('libs/tenants/src/index.js');
const { WechatApiError, WechatClient } = dist('libs/wechat/src/index.js');
const { shanghaiDate } = dist('libs/kernel/src/index.js');
const { ComponentTokens } = dist('libs/credentials/src/tokens/component-tokens.js');

platform.loadConfig([
  platform.StoreConfig,
  platform.UpstreamConfig,
  platform.ProcessConfig,
  ...credentials.CREDENTIALS_CONFIGS,
]);
class CallerModule {}
Module({
  imports: [
    platform.ClockModule,
    platform.SecretsModule,
    platform.DatabaseModule.forRoot([...tenantEntities, ...credentials.credentialEntities]),
    platform.JobsModule.forRoot('producer', credentials.credentialQueues),
    credentials.CredentialsModule,
  ],
})(CallerModule);
const app = await NestFactory.createApplicationContext(CallerModule, {
  logger: ['warn', 'error'],
  abortOnError: false,
});
const accounts = app.get(credentials.AccountTokens);
const components = app.get(ComponentTokens);
const wechat = app.get(WechatClient);

const tokenOf = ({ kind, platformId, appid, componentAppid }) =>
  kind === 'component' ? components.get(platformId) : accounts.get(platformId, appid, componentAppid);
const digest = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);

async function getMany(order) {
  const began = performance.now();
  const slowest = { ms: 0 };
  const outcomes = await Promise.allSettled(
    Array.from({ length: order.callers }, async () => {
      const { token } = await tokenOf(order);
      slowest.ms = Math.max(slowest.ms, performance.now() - began);
      return digest(token.reveal());
    }),
  );
  const served = outcomes.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
  const errors = outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => String(reason));
  return { served: served.length, errors, tokens: [...new Set(served)], ms: Math.round(slowest.ms) };
}

/** The windows of one day, with the token as it is now; a refused one is replaced once, as a worker does. */
async function use(order) {
  const day = shanghaiDate(order.day);
  for (let attempt = 1; ; attempt++) {
    const { token, version } = await tokenOf(order);
    try {
      await wechat.userCumulate({ accountToken: token, from: day, to: day });
      return { errcode: 0, attempts: attempt };
    } catch (error) {
      const errcode = error instanceof WechatApiError ? error.errcode : null;
      if (attempt > 1 || errcode === null) return { errcode, attempts: attempt, error: String(error) };
      await accounts.rejected(order.platformId, order.appid, version);
    }
  }
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const order = JSON.parse(Buffer.concat(chunks).toString() || '{}');
  try {
    response.end(JSON.stringify(request.url === '/use' ? await use(order) : await getMany(order)));
  } catch (error) {
    response.statusCode = 500;
    response.end(JSON.stringify({ error: String(error) }));
  }
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ msg: 'listening', port: server.address().port })));
process.stdin.on('end', () => process.exit(0)).resume();
process.once('SIGTERM', () => process.exit(0));
