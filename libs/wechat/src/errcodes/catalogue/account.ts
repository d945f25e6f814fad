import { CHECK_ACCOUNT, CORRECT_REQUEST, REPORT_BUG } from '../actions';
import { entry } from '../errcode';

/** What the account itself may or may not do. */
export const ACCOUNT = [
  entry(
    48001,
    'permission_lost',
    [
      'The account cannot use this call: it is not verified, or its type does not have it.',
      '该公众号无权使用此接口：未通过微信认证，或账号类型不支持。',
    ],
    [
      'Ask the merchant to have the account verified by WeChat, and to grant the user management permission set (id 2).',
      '请商户完成微信认证，并授予“用户管理”权限集（id 为 2）。',
    ],
    { classOn: { component: 'platform_misconfigured', secret: 'platform_misconfigured' } },
  ),
  entry(
    48003,
    'caller_error',
    ['The account has not agreed to the rules of this product.', '该账号尚未同意此功能的使用协议。'],
    CORRECT_REQUEST,
  ),
  entry(
    48004,
    'permission_lost',
    ['WeChat has banned this call for the account because of irregularities.', '该接口因违规已被封禁。'],
    CHECK_ACCOUNT,
  ),
  entry(
    48005,
    'caller_error',
    ['The object is in use and cannot be deleted.', '对象正被引用，不能删除。'],
    CORRECT_REQUEST,
  ),
  entry(
    48008,
    'caller_error',
    ['The account may not send this type of message.', '该账号没有发送此类消息的权限。'],
    CORRECT_REQUEST,
  ),
  entry(
    49001,
    'caller_error',
    ['The appid is not the one the token belongs to.', 'AppID 与令牌所属的 AppID 不一致。'],
    REPORT_BUG,
  ),
  entry(
    50001,
    'permission_lost',
    ['This call was not granted.', '用户未授权该接口。'],
    [
      'Ask the merchant to update the authorization and to tick every permission set that the invite offers.',
      '请商户更新授权，并勾选邀请中列出的全部权限集。',
    ],
  ),
  entry(
    50002,
    'permission_lost',
    ['The account is restricted: frozen, closed or punished.', '账号受限：可能已被冻结、注销或处罚。'],
    CHECK_ACCOUNT,
  ),
  entry(50003, 'permission_lost', ['The account is in an abnormal state.', '账号状态异常。'], CHECK_ACCOUNT),
  entry(
    50004,
    'permission_lost',
    ['The account may not use tokens, possibly as a punishment.', '账号被禁止使用令牌，可能正在受罚。'],
    CHECK_ACCOUNT,
  ),
  entry(
    50005,
    'caller_error',
    ['The user no longer follows the account.', '用户已取消关注该公众号。'],
    CORRECT_REQUEST,
  ),
  entry(50007, 'permission_lost', ['The account is frozen.', '账号已被冻结。'], CHECK_ACCOUNT),
];
