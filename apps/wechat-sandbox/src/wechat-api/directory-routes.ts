import { type FastifyInstance } from 'fastify';
import { type World } from '../world';
import { funcInfo } from '../grants/permission-sets';
import { type Account, type Grant } from '../state/model';
import { userNameOf } from '../state/value-shapes';
import { listPage } from './list-page';
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
    const hidden = world.grants.differs('info-missing', appid);
    if (grant?.active !== true || account === undefined || hidden) throw new WechatError(61003);
    return {
      authorizer_info: describe(account),
      authorization_info: {
        authorizer_appid: appid,
        authorizer_refresh_token: world.grants.shownRefreshToken(grant, 'info'),
        func_info: funcInfo(grant.sets, world.faults.values),
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
    const grants = world.store
      .grantsOf(platform.appid)
      .filter((grant) => grant.active && !world.grants.differs('list-missing', grant.appid));
    const { total, page } = listPage(grants, { offset, count }, world.faults);
    return { total_count: total, list: page.map((grant) => listRow(world, grant)) };
  };
}

function listRow(world: World, grant: Grant): object {
  const refreshToken = world.grants.shownRefreshToken(grant, 'list');
  const leftOut = refreshToken === '' && world.faults.values.listLeavesOutEmpty;
  return {
    authorizer_appid: grant.appid,
    ...(leftOut ? {} : { refresh_token: refreshToken }),
    auth_time: Math.floor(grant.authTime / 1000),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
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
