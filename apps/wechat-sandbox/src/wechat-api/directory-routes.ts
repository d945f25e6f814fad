import { type FastifyInstance } from 'fastify';
import { type World } from '../world';
import { funcInfo } from '../grants/permission-sets';
import { type Account, type Grant } from '../state/model';
import { userNameOf } from '../state/value-shapes';
import { textField, type WechatHandler } from './wechat-call';
import { WechatError } from './wechat-error';

/** "Up to 500 at a time" (api_get_authorizer_list page). */
const MAX_COUNT = 500;

/** Which accounts are authorized, and what they are. */
export function directoryRoutes(app: FastifyInstance, world: World): void {
  world.edge.post(app, 'component', '/cgi-bin/component/api_get_authorizer_info', authorizerInfo(world));
  world.edge.post(app, 'component', '/cgi-bin/component/api_get_authorizer_list', authorizerList(world));
}

function authorizerInfo(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.component(call);
    const appid = textField(body, 'authorizer_appid');
    if (appid === '') throw new WechatError(41002);
    call.appid = appid;
    const grant = world.store.findGrant(platform.appid, appid);
    const account = world.store.accounts.get(appid);
    if (grant?.active !== true || account === undefined) throw new WechatError(61003);
    return {
      authorizer_info: describe(account),
      authorization_info: {
        authorizer_appid: appid,
        authorizer_refresh_token: world.grants.shownRefreshToken(grant),
        func_info: funcInfo(grant.sets, world.faults.values.confirmInfo),
      },
    };
  };
}

function authorizerList(world: World): WechatHandler {
  return (call) => {
    const { platform, body } = world.gate.component(call);
    const offset = body['offset'];
    const count = body['count'];
    if (!isCount(offset) || !isCount(count)) throw new WechatError(47001);
    if (count > MAX_COUNT) throw new WechatError(40170);
    const grants = inOrder(
      world.store.grantsOf(platform.appid).filter((grant) => grant.active),
      world.faults.values.listOrder,
    );
    return {
      total_count: grants.length,
      list: grants.slice(offset, offset + count).map((grant) => ({
        authorizer_appid: grant.appid,
        refresh_token: world.grants.shownRefreshToken(grant),
        auth_time: Math.floor(grant.authTime / 1000),
      })),
    };
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function inOrder(grants: Grant[], order: 'oldest-first' | 'newest-first' | 'shuffled'): Grant[] {
  if (order === 'newest-first') return grants.reverse();
  if (order === 'oldest-first') return grants;
  return grants
    .map((grant) => ({ grant, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ grant }) => grant);
}

/** Fields of the current api_get_authorizer_info page; `idc` is obsolete but still sent. */
function describe(account: Account): object {
  const userName = userNameOf(account.appid);
  const image = (kind: string): string => `https://mmbiz.qpic.cn/sandbox/${kind}/${account.appid}/0`;
  return {
    nick_name: account.name,
    head_img: image('head'),
    service_type_info: account.kind === 'mini' ? { id: 0, name: '小程序' } : { id: 2, name: '服务号' },
    verify_type_info: account.verified ? { id: 0, name: '微信认证' } : { id: -1, name: '未认证' },
    user_name: userName,
    alias: account.alias,
    qrcode_url: image('qrcode'),
    business_info: { open_pay: 0, open_shake: 0, open_scan: 0, open_card: 0, open_store: 0 },
    idc: 1,
    principal_name: account.principal,
    signature: `${account.name} (sandbox)`,
    account_status: account.status,
    basic_config: { is_phone_configured: true, is_email_configured: true },
    register_type: 0,
    ...(account.kind === 'mini' ? { MiniProgramInfo: miniProgramInfo() } : {}),
  };
}

/** Its presence alone tells a mini program from an Official Account. */
function miniProgramInfo(): object {
  return {
    network: { RequestDomain: [], WsRequestDomain: [], UploadDomain: [], DownloadDomain: [], UDPDomain: [] },
    categories: [{ first: '工具', second: '信息查询' }],
    visit_status: 0,
  };
}
