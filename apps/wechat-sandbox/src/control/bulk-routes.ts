import { type FastifyInstance } from 'fastify';
import { type Grant } from '../state/model';
import { type World } from '../world';
import { authorizeAccount, mayAuthorize, needAccount, needPlatform } from './authorization-acts';
import { Fields, parseJson } from './fields';

/** Acts on many accounts in one call, and on no push: for benchmarks, drills and platforms that adopt accounts. */
export function bulkRoutes(app: FastifyInstance, world: World): void {
  app.post('/sandbox/authorize', (request) => authorizeMany(world, parseJson(request.body)));
  app.post('/sandbox/cancel', (request) => cancelMany(world, parseJson(request.body)));
  app.post('/sandbox/invalidate-refresh', (request) => invalidateMany(world, parseJson(request.body)));
  app.post('/sandbox/second-environment', (request) => secondEnvironment(world, parseJson(request.body)));
}

/** Without pushes unless asked. */
function authorizeMany(world: World, body: unknown): object {
  const fields = Fields.of(body, ['component_appid', 'appids', 'sets', 'exchange', 'push']);
  const platform = needPlatform(world, fields.needText('component_appid'));
  const accounts = (fields.texts('appids') ?? [...world.store.accounts.keys()]).map((appid) =>
    needAccount(world, appid),
  );
  const sets = fields.wholes('sets');
  const exchange = fields.flag('exchange') ?? false;
  const list = accounts
    .filter((account) => mayAuthorize(account, platform))
    .map((account) => {
      const { done } = authorizeAccount(world, platform, account, {
        ...(sets === undefined ? {} : { sets }),
        push: fields.flag('push') ?? false,
      });
      if (!exchange) return { appid: account.appid, authorization_code: done.code.value };
      const { grant, token } = world.grants.exchange(platform.appid, done.code.value);
      return {
        appid: account.appid,
        authorizer_refresh_token: grant.refreshToken,
        authorizer_access_token: token.value,
        expires_in: world.faults.values.authorizerTokenSeconds,
      };
    });
  return { ok: true, count: list.length, list };
}

/** The accounts named, or all that are authorized to the platform. */
function activeGrants(world: World, fields: Fields): Grant[] {
  const { appid: component } = needPlatform(world, fields.needText('component_appid'));
  const appids = fields.texts('appids');
  const grants =
    appids === undefined
      ? world.store.grantsOf(component)
      : appids.flatMap((appid) => world.store.findGrant(component, appid) ?? []);
  return grants.filter(({ active }) => active);
}

function cancelMany(world: World, body: unknown): object {
  const fields = Fields.of(body, ['component_appid', 'appids', 'push']);
  const platform = needPlatform(world, fields.needText('component_appid'));
  const grants = activeGrants(world, fields);
  for (const { component, appid } of grants) {
    world.grants.cancel(component, appid);
    if (fields.flag('push') === true) world.events.unauthorized(platform, appid);
  }
  return { ok: true, count: grants.length, create_time: world.clock.seconds() };
}

function invalidateMany(world: World, body: unknown): object {
  const grants = activeGrants(world, Fields.of(body, ['component_appid', 'appids']));
  for (const grant of grants) world.grants.renewRefreshToken(grant, 0);
  return { ok: true, count: grants.length };
}

/** Another holder of the platform's secret buys a component token (unless told not to) and refreshes accounts. */
function secondEnvironment(world: World, body: unknown): object {
  const fields = Fields.of(body, ['component_appid', 'appids', 'componentToken']);
  const platform = needPlatform(world, fields.needText('component_appid'));
  const componentToken = fields.flag('componentToken') ?? true;
  if (componentToken) world.other.buyComponentToken(platform);
  const grants = fields.texts('appids') === undefined ? [] : activeGrants(world, fields);
  for (const grant of grants) world.other.refreshAccount(grant);
  return { ok: true, componentToken, refreshed: grants.length };
}
