import { type FastifyInstance } from 'fastify';
import { type World } from '../world';
import { funcInfo } from '../grants/permission-sets';
import { type Grant, type Platform } from '../state/model';
import { newPreAuthCode } from '../state/value-shapes';
import { COMPONENT_TOKEN_PATH } from './gate';
import { textField, type WechatHandler } from './wechat-call';
import { WechatError } from './wechat-error';

/** Tokens and codes: the calls whose success bodies carry no errcode. */
export function credentialRoutes(app: FastifyInstance, world: World): void {
  const { edge } = world;
  edge.post(app, 'component', COMPONENT_TOKEN_PATH, componentToken(world));
  edge.post(app, 'component', '/cgi-bin/component/api_start_push_ticket', startPushTicket(world));
  edge.post(app, 'component', '/cgi-bin/component/api_create_preauthcode', createPreAuthCode(world));
  edge.post(app, 'component', '/cgi-bin/component/api_query_auth', queryAuth(world));
  edge.post(app, 'component', '/cgi-bin/component/api_authorizer_token', authorizerToken(world));
}

function checkTicket(world: World, platform: Platform, ticket: string): void {
  const known = platform.tickets.find(({ value }) => value === ticket);
  if (known === undefined) throw new WechatError(61006);
  const age = world.clock.now() - known.issuedAt;
  if (age >= world.faults.values.ticketGoodSeconds * 1000) throw new WechatError(61005);
}

function componentToken(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.secret(call, 'component_appsecret', 61011);
    world.quota.spend(platform.appid, call.path, world.gate.componentLimits(call.path));
    checkTicket(world, platform, textField(body, 'component_verify_ticket'));
    const token = world.tokens.issueComponent(platform);
    world.other.afterComponentToken(platform);
    return { component_access_token: token.value, expires_in: world.faults.values.componentTokenSeconds };
  };
}

/** Also serves as a health probe; the two wordings are those of WeChat's page. */
function startPushTicket(world: World): WechatHandler {
  return (call) => {
    const { platform } = world.gate.secret(call, 'component_secret', 40013);
    if (!platform.pushStopped) return { errcode: 0, errmsg: 'in a normal state' };
    platform.pushStopped = false;
    world.store.touch();
    if (world.faults.values.startPushesAtOnce) world.tickets.pushNow(platform);
    return { errcode: 0, errmsg: 'ok' };
  };
}

function createPreAuthCode(world: World): WechatHandler {
  return (call) => {
    const { platform } = world.gate.component(call);
    const seconds = world.faults.values.preAuthCodeSeconds;
    const expiresAt = world.clock.now() + seconds * 1000;
    const code = { value: newPreAuthCode(), component: platform.appid, expiresAt, used: false };
    world.store.putPreAuthCode(code);
    return { pre_auth_code: code.value, expires_in: seconds };
  };
}

function funcInfoOf(world: World, grant: Grant): object {
  return funcInfo(grant.sets, world.faults.values);
}

function queryAuth(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.component(call);
    const { grant, token } = world.grants.exchange(platform.appid, body['authorization_code']);
    call.appid = grant.appid;
    // seen in the field: a first exchange whose token fields were all empty
    const empty = world.faults.take('emptyTokensOnExchange');
    return {
      authorization_info: {
        authorizer_appid: grant.appid,
        authorizer_access_token: empty ? '' : token.value,
        expires_in: world.faults.values.authorizerTokenSeconds,
        authorizer_refresh_token: empty ? '' : grant.refreshToken,
        func_info: funcInfoOf(world, grant),
      },
    };
  };
}

function authorizerToken(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.component(call);
    const appid = textField(body, 'authorizer_appid');
    if (appid === '') throw new WechatError(41002);
    call.appid = appid;
    const { grant, token } = world.grants.refresh(platform.appid, appid, body['authorizer_refresh_token']);
    const { refreshToken } = grant;
    world.other.afterRefresh(grant);
    return {
      authorizer_access_token: token.value,
      expires_in: world.faults.values.authorizerTokenSeconds,
      authorizer_refresh_token: refreshToken,
    };
  };
}
