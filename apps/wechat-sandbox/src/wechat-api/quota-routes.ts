import { type FastifyInstance } from 'fastify';
import { type World } from '../world';
import { CUMULATE_PATH } from './datacube-routes';
import { readBody, textField, type WechatHandler } from './wechat-call';
import { WechatError } from './wechat-error';

const COMPONENT_PATHS: readonly string[] = [
  '/cgi-bin/component/api_component_token',
  '/cgi-bin/component/api_create_preauthcode',
  '/cgi-bin/component/api_query_auth',
  '/cgi-bin/component/api_authorizer_token',
  '/cgi-bin/component/api_get_authorizer_info',
  '/cgi-bin/component/api_get_authorizer_list',
];

export function quotaRoutes(app: FastifyInstance, world: World): void {
  const { edge } = world;
  edge.post(app, 'component', '/cgi-bin/openapi/quota/get', quotaGet(world));
  edge.post(app, 'component', '/cgi-bin/clear_quota', clearByToken(world));
  edge.post(app, 'component', '/cgi-bin/component/clear_quota', clearOwn(world));
  edge.post(app, 'component', '/cgi-bin/component/clear_quota/v2', clearBySecret(world));
  edge.get(app, '/cgi-bin/getcallbackip', (call) => {
    world.gate.token(call, 'any');
    return { ip_list: ['127.0.0.1'] };
  });
}

/** A path is asked about with the kind of token it is called with: 76022 otherwise. */
function quotaGet(world: World): WechatHandler {
  return (call) => {
    const token = world.gate.token(call, 'any');
    const path = textField(readBody(call), 'cgi_path');
    const ofComponent = COMPONENT_PATHS.includes(path);
    if (!ofComponent && path !== CUMULATE_PATH) throw new WechatError(76021);
    if (ofComponent !== (token.kind === 'component')) throw new WechatError(76022);
    const account = world.store.accounts.get(token.appid);
    const limits = account === undefined ? world.gate.componentLimits(path) : world.gate.datacubeLimits(account);
    return {
      errcode: 0,
      errmsg: 'ok',
      quota: world.quota.read(ofComponent ? token.component : token.appid, path, limits),
      rate_limit: { call_count: limits.minute, refresh_second: limits.minute > 0 ? 60 : 0 },
      component_rate_limit: { call_count: 0, refresh_second: 0 },
    };
  };
}

const DONE = { errcode: 0, errmsg: 'ok' } as const;

function clearByToken(world: World): WechatHandler {
  return (call) => {
    const token = world.gate.token(call, 'any');
    const owner = token.kind === 'component' ? token.component : token.appid;
    if (textField(readBody(call), 'appid') !== owner) throw new WechatError(40013);
    world.quota.clear(owner);
    return DONE;
  };
}

/** Calls that reset quotas are not themselves counted: a platform without quota could never reset it. */
function clearOwn(world: World): WechatHandler {
  return (call) => {
    const token = world.gate.token(call, 'component');
    if (textField(readBody(call), 'component_appid') !== token.component) throw new WechatError(40013);
    world.quota.clear(token.component);
    return DONE;
  };
}

/** The way out when api_component_token itself has no quota left: by secret, without a token. */
function clearBySecret(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.secret(call, 'appsecret', 61011);
    const appid = textField(body, 'appid');
    if (appid !== '' && appid !== platform.appid) {
      call.appid = appid;
      if (world.store.findGrant(platform.appid, appid)?.active !== true) throw new WechatError(61003);
    }
    world.quota.clear(appid === '' ? platform.appid : appid);
    return DONE;
  };
}
