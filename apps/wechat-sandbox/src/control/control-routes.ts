import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Platform } from '../state/model';
import { releaseCheckByControl } from '../release-check/release-check';
import { type World } from '../world';
import { authorizeByControl, cancelByControl, needPlatform } from './authorization-acts';
import { bulkRoutes } from './bulk-routes';
import { forgetDays, putDays, truth } from './day-routes';
import { ControlError, Fields, isRecord, parseJson } from './fields';
import { pushByControl } from './push-route';
import {
  accountView,
  checkWhiteListSize,
  platformView,
  readAccount,
  readPlatform,
  storePlatform,
} from './registration';

/** A day in a tenth of a second. */
const MAX_SPEED = 1_000_000;

const appidOf = (request: FastifyRequest): string => (request.params as { appid: string }).appid;
const queryOf = (request: FastifyRequest): Readonly<Record<string, string | undefined>> =>
  request.query as Record<string, string | undefined>;

/** One object or a list of them. */
function many(body: unknown, listName: string): unknown[] {
  if (Array.isArray(body)) return body;
  const list = isRecord(body) ? body[listName] : undefined;
  return Array.isArray(list) ? list : [body];
}

/** ISO time or Unix ms; undefined when the parameter is absent. */
function readSince(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(ms)) throw new ControlError(400, 'since must be an ISO time or Unix ms');
  return ms;
}

/** The routes that stand for what only WeChat or a merchant can do. Documented in docs/sandbox.md. */
export function controlRoutes(app: FastifyInstance, world: World): void {
  clockAndFaults(app, world);
  registers(app, world);
  merchantActs(app, world);
  bulkRoutes(app, world);
  app.post('/sandbox/release-check', (request) => releaseCheckByControl(world, parseJson(request.body)));
  observations(app, world);
}

function clockAndFaults(app: FastifyInstance, world: World): void {
  const clockView = (): object => ({ now: new Date(world.clock.now()).toISOString(), speed: world.clock.speed });
  app.get('/sandbox/health', () => ({ ok: true }));
  app.get('/sandbox/clock', clockView);
  app.put('/sandbox/clock', (request) => {
    setClock(world, parseJson(request.body));
    return clockView();
  });
  app.get('/sandbox/faults', () => world.faults.values);
  app.put('/sandbox/faults', (request) => {
    const body = parseJson(request.body);
    if (!isRecord(body)) throw new ControlError(400, 'must be a JSON object');
    world.faults.merge(body);
    return world.faults.values;
  });
  app.delete('/sandbox/faults', () => {
    world.faults.reset();
    return world.faults.values;
  });
}

export function setClock(world: World, body: unknown): void {
  const fields = Fields.of(body, ['now', 'speed']);
  const now = fields.text('now');
  const nowMs = now === undefined ? undefined : Date.parse(now);
  if (Number.isNaN(nowMs)) throw new ControlError(400, 'now must be an ISO time');
  const speed = fields.between('speed', 0, MAX_SPEED);
  world.clock.set({ ...(nowMs === undefined ? {} : { nowMs }), ...(speed === undefined ? {} : { speed }) });
  world.store.touch();
}

function registers(app: FastifyInstance, world: World): void {
  const { store } = world;
  app.get('/sandbox/platforms', () => ({ platforms: [...store.platforms.values()].map(platformView) }));
  app.post('/sandbox/platforms', (request) => {
    const platforms = many(parseJson(request.body), 'platforms').map((one): Platform => readPlatform(one, store));
    for (const platform of platforms) {
      checkWhiteListSize(platform, world.faults.values.ipWhiteListSize);
    }
    for (const platform of platforms) {
      storePlatform(store, platform);
      if (!platform.pushStopped) world.tickets.pushNow(platform);
    }
    return { ok: true, count: platforms.length };
  });
  app.get('/sandbox/accounts', (request) => {
    const { offset = '0', limit = '1000000' } = queryOf(request);
    const all = [...store.accounts.values()];
    const page = all.slice(Number(offset), Number(offset) + Number(limit));
    return { total: all.length, accounts: page.map((account) => accountView(account, store)) };
  });
  app.post('/sandbox/accounts', (request) => {
    const accounts = many(parseJson(request.body), 'accounts').map((one) => readAccount(one, store));
    for (const account of accounts) store.accounts.set(account.appid, account);
    store.touch();
    return { ok: true, count: accounts.length };
  });
}

function merchantActs(app: FastifyInstance, world: World): void {
  app.post('/sandbox/accounts/:appid/authorize', (request) =>
    authorizeByControl(world, appidOf(request), parseJson(request.body), 'authorize'),
  );
  app.post('/sandbox/accounts/:appid/update', (request) =>
    authorizeByControl(world, appidOf(request), parseJson(request.body), 'update'),
  );
  app.post('/sandbox/accounts/:appid/cancel', (request) =>
    cancelByControl(world, appidOf(request), parseJson(request.body)),
  );
  app.post('/sandbox/accounts/:appid/invalidate-refresh', (request) => {
    const fields = Fields.of(parseJson(request.body), ['component_appid']);
    const platform = needPlatform(world, fields.needText('component_appid'));
    const grant = world.store.findGrant(platform.appid, appidOf(request));
    if (grant?.active !== true) throw new ControlError(409, 'not authorized');
    world.grants.renewRefreshToken(grant, 0);
    return { ok: true };
  });
  app.put('/sandbox/accounts/:appid/days', (request) => putDays(world, appidOf(request), parseJson(request.body)));
  app.delete('/sandbox/accounts/:appid/days', (request) => forgetDays(world, appidOf(request)));
  app.put('/sandbox/quota', (request) => {
    const fields = Fields.of(parseJson(request.body), ['appid', 'path', 'used']);
    world.quota.preset(fields.needText('appid'), fields.needText('path'), fields.whole('used') ?? 0);
    return { ok: true };
  });
  app.post('/sandbox/push', (request) => pushByControl(world, parseJson(request.body)));
}

function observations(app: FastifyInstance, world: World): void {
  app.get('/sandbox/truth', (request) => truth(world, queryOf(request)));
  app.get('/sandbox/calls', (request) => ({ calls: world.calls.list(readSince(queryOf(request)['since'])) }));
  app.delete('/sandbox/calls', () => {
    world.calls.clear();
    return { ok: true };
  });
  app.get('/sandbox/pushes', (request) => ({
    pushes: world.deliveries.list(Number(queryOf(request)['after'] ?? '0')),
  }));
  app.delete('/sandbox/pushes', () => {
    world.deliveries.clear();
    return { ok: true };
  });
  app.get('/sandbox/messages', (request) => ({ messages: world.messages.list(queryOf(request)['appid']) }));
  app.delete('/sandbox/messages', () => {
    world.messages.clear();
    return { ok: true };
  });
  app.get('/sandbox/secrets', () => ({ values: world.store.issued }));
}
