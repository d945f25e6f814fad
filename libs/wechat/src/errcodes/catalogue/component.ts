import {
  ALLOW_IP,
  AUTHORIZE_AGAIN,
  AWAIT_TICKET,
  CHECK_PLATFORM,
  CORRECT_REQUEST,
  GRANT_USER_MANAGEMENT,
  REPORT_BUG,
} from '../actions';
import { entry } from '../errcode';

/** 610xx: the third-party platform and its authorizations. */
export const COMPONENT = [
  entry(61000, 'platform_misconfigured', ['The platform’s type is invalid.', '第三方平台类型无效。'], CHECK_PLATFORM),
  entry(
    61001,
    'platform_misconfigured',
    ['The platform’s type and its appid do not match.', '第三方平台类型与其 AppID 不匹配。'],
    CHECK_PLATFORM,
  ),
  entry(
    61002,
    'platform_misconfigured',
    ['The appid is not open for customer service by a third party.', '该第三方 AppID 未开通客服能力。'],
    CHECK_PLATFORM,
  ),
  entry(
    61003,
    'authorization_revoked',
    [
      'The account has not authorized this platform, or has taken the authorization back.',
      '该公众号未授权给此第三方平台，或已取消授权。',
    ],
    AUTHORIZE_AGAIN,
  ),
  entry(
    61004,
    'platform_misconfigured',
    ['The gateway’s IP address is not in the platform’s white list.', '网关的出口 IP 不在第三方平台的 IP 白名单中。'],
    ALLOW_IP,
  ),
  entry(
    61005,
    'platform_misconfigured',
    ['The component_verify_ticket is older than 12 hours.', 'component_verify_ticket 已超过 12 小时有效期。'],
    AWAIT_TICKET,
  ),
  entry(
    61006,
    'platform_misconfigured',
    [
      'The component_verify_ticket is wrong, empty or another platform’s.',
      'component_verify_ticket 有误、为空，或属于其他第三方平台。',
    ],
    AWAIT_TICKET,
  ),
  entry(
    61007,
    'permission_lost',
    [
      'The merchant did not grant the permission set of this call; for follower data that is user management (id 2).',
      '商户未授予该接口所属的权限集；粉丝数据对应“用户管理”权限集（id 为 2）。',
    ],
    GRANT_USER_MANAGEMENT,
  ),
  entry(61008, 'caller_error', ['The request key was used before.', '请求标识重复。'], CORRECT_REQUEST),
  entry(
    61009,
    'caller_error',
    ['The authorization code is invalid.', '授权码无效。'],
    ['Start the authorization again from the invite.', '请从邀请链接重新发起授权。'],
  ),
  entry(
    61010,
    'caller_error',
    ['The authorization code was used before or is older than an hour.', '授权码已被使用，或已超过一小时有效期。'],
    [
      'If the account shows as authorized, nothing is to be done; else start again from the invite.',
      '若公众号已显示为已授权则无需处理，否则请从邀请链接重新发起授权。',
    ],
  ),
  entry(
    61011,
    'platform_misconfigured',
    ['WeChat does not know this platform, or it is disabled.', '第三方平台不存在或已被停用。'],
    CHECK_PLATFORM,
  ),
  entry(61012, 'caller_error', ['The option’s name is invalid.', '选项名无效。'], CORRECT_REQUEST),
  entry(61013, 'caller_error', ['The option’s value is invalid.', '选项值无效。'], CORRECT_REQUEST),
  entry(
    61014,
    'caller_error',
    [
      'This call needs a component token and got another kind.',
      '该接口须使用 component_access_token，却收到其他令牌。',
    ],
    REPORT_BUG,
  ),
  entry(
    61015,
    'caller_error',
    ['This call needs an account token and got a component token.', '该接口须使用授权方令牌，却收到第三方平台令牌。'],
    REPORT_BUG,
  ),
  entry(
    61016,
    'permission_lost',
    [
      'The permission set of this call waits for the platform’s confirmation.',
      '该接口所属的权限集尚待第三方平台确认。',
    ],
    [
      'Confirm the permission set in the Open Platform console, then let the merchant update the authorization.',
      '请在微信开放平台控制台确认该权限集，再由商户更新授权。',
    ],
  ),
  entry(
    61017,
    'permission_lost',
    ['The permission set of this call was not granted.', '该接口所属的权限集未获授权。'],
    GRANT_USER_MANAGEMENT,
  ),
  entry(61018, 'caller_error', ['The permission set is confirmed already.', '该权限集已确认。'], CORRECT_REQUEST),
  entry(61019, 'caller_error', ['The permission set needs no confirmation.', '该权限集无需确认。'], CORRECT_REQUEST),
  entry(61020, 'caller_error', ['A parameter of the confirmation is wrong.', '确认请求的参数有误。'], CORRECT_REQUEST),
  entry(61021, 'caller_error', ['The permission set cannot be confirmed.', '该权限集不能确认。'], CORRECT_REQUEST),
  entry(61022, 'caller_error', ['The confirmation cannot be sent again.', '不能重复提交确认。'], CORRECT_REQUEST),
  entry(
    61023,
    'refresh_credential',
    [
      'The refresh token is empty, does not belong to this account, or was replaced when the merchant authorized again.',
      '刷新令牌为空、与公众号不匹配，或已在商户重新授权时被替换。',
    ],
    [
      'The gateway reads the refresh token again from WeChat. If WeChat has none or the same, the merchant must authorize again.',
      '网关会从微信重新读取刷新令牌；若微信没有或仍是同一个，则需商户重新授权。',
    ],
  ),
  entry(
    61024,
    'caller_error',
    ['A platform’s token must be fetched with api_component_token.', '第三方平台须通过 api_component_token 获取令牌。'],
    REPORT_BUG,
  ),
  entry(61025, 'caller_error', ['The option can only be read.', '该选项为只读。'], CORRECT_REQUEST),
  entry(61026, 'caller_error', ['Registration is refused.', '注册请求被拒绝。'], CORRECT_REQUEST),
  entry(61027, 'caller_error', ['The number of registrations is used up.', '注册次数已达上限。'], CORRECT_REQUEST),
  entry(
    61028,
    'platform_misconfigured',
    ['The platform has not been released.', '第三方平台尚未全网发布。'],
    [
      'Finish the full release in the Open Platform console; until then only accounts in the test list work.',
      '请在微信开放平台控制台完成全网发布；此前仅授权测试列表中的公众号可用。',
    ],
  ),
  entry(
    61029,
    'platform_misconfigured',
    ['The platform must be released again with its basic permission sets.', '第三方平台须带基础权限集重新发布。'],
    ['Release the platform again in the Open Platform console.', '请在微信开放平台控制台重新全网发布。'],
  ),
  entry(
    61030,
    'caller_error',
    ['A platform cannot end an authorization by itself.', '第三方平台不能自行取消授权。'],
    [
      'The merchant ends it at mp.weixin.qq.com, under the authorized platforms.',
      '请商户登录 mp.weixin.qq.com，在授权管理中取消授权。',
    ],
  ),
];
