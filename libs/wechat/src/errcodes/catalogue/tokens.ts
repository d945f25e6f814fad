import { ALLOW_IP, AUTHORIZE_AGAIN, AWAIT_TICKET, REFRESH_TOKEN, REPORT_BUG } from '../actions';
import { entry } from '../errcode';

/** Where the platform's AppSecret is sent, no token can be refreshed: the secret itself is wrong. */
const SECRET_WRONG = { classOn: { secret: 'platform_misconfigured' } } as const;

/** Tokens, secrets and tickets that WeChat does not accept, and fields that were not sent. */
export const TOKENS = [
  entry(
    40001,
    'refresh_credential',
    [
      'The token is wrong or was superseded by a newer one; where the AppSecret is sent, the AppSecret is wrong.',
      '令牌无效或已被更新的令牌取代；若该接口使用 AppSecret，则表示 AppSecret 有误。',
    ],
    [
      'The gateway fetches a fresh token and repeats the call once. If it goes on, check the AppSecret, and whether another system refreshes the same platform’s tokens.',
      '网关会换取新的令牌并重试一次。若持续出现，请检查 AppSecret，以及是否有其他系统在刷新同一平台的令牌。',
    ],
    SECRET_WRONG,
  ),
  entry(
    40013,
    'caller_error',
    ['The appid is wrong or does not belong to the token.', 'AppID 有误，或与令牌不匹配。'],
    [
      'Check the platform’s component_appid, and that the account is authorized to this platform.',
      '请核对第三方平台的 component_appid，以及该公众号是否已授权给此平台。',
    ],
    { classOn: { component: 'platform_misconfigured', secret: 'platform_misconfigured' } },
  ),
  entry(40014, 'refresh_credential', ['WeChat does not know this token.', '令牌不合法。'], REFRESH_TOKEN, SECRET_WRONG),
  entry(
    40091,
    'platform_misconfigured',
    [
      'The component_verify_ticket is invalid (older form of 61006).',
      'component_verify_ticket 无效（61006 的旧错误码）。',
    ],
    AWAIT_TICKET,
  ),
  entry(
    40094,
    'refresh_credential',
    ['The platform’s component_access_token or secret is invalid.', '第三方平台的 component_access_token 或密钥无效。'],
    [
      'The gateway fetches a fresh component token and repeats the call once. If it goes on, check the AppSecret.',
      '网关会换取新的 component_access_token 并重试一次。若持续出现，请检查 AppSecret。',
    ],
    SECRET_WRONG,
  ),
  entry(
    40125,
    'platform_misconfigured',
    ['The platform’s AppSecret is wrong or was reset.', '第三方平台的 AppSecret 有误或已被重置。'],
    ['Enter the current AppSecret in the platform’s settings.', '请在平台设置中填写当前的 AppSecret。'],
  ),
  entry(
    40164,
    'platform_misconfigured',
    ['The source IP address is not in the account’s own white list.', '来源 IP 不在公众号自身的 IP 白名单中。'],
    [
      'Not expected with account tokens. Check that the platform’s appid, not the account’s, was configured.',
      '使用授权方令牌时不应出现。请确认所配置的是第三方平台的 AppID，而非公众号的 AppID。',
    ],
  ),
  entry(
    40243,
    'platform_misconfigured',
    ['The AppSecret is frozen.', 'AppSecret 已被冻结。'],
    ['Unfreeze or reset the AppSecret in the WeChat console.', '请在微信后台解冻或重置 AppSecret。'],
  ),
  entry(41001, 'caller_error', ['No access_token was sent.', '缺少 access_token。'], REPORT_BUG),
  entry(41002, 'caller_error', ['No appid was sent.', '缺少 appid。'], REPORT_BUG),
  entry(41003, 'caller_error', ['No refresh_token was sent.', '缺少 refresh_token。'], REPORT_BUG),
  entry(41004, 'caller_error', ['No AppSecret was sent.', '缺少 AppSecret。'], REPORT_BUG),
  entry(41018, 'caller_error', ['No component_appid was sent.', '缺少 component_appid。'], REPORT_BUG),
  entry(41021, 'caller_error', ['No component_access_token was sent.', '缺少 component_access_token。'], REPORT_BUG),
  entry(42001, 'refresh_credential', ['The access token has expired.', '令牌已过期。'], REFRESH_TOKEN, SECRET_WRONG),
  entry(
    42002,
    'refresh_credential',
    ['The refresh token has expired.', '刷新令牌已过期。'],
    [
      'The gateway reads the refresh token again from WeChat. If there is none, the merchant must authorize again.',
      '网关会从微信重新读取刷新令牌；若微信侧也没有，则需商户重新授权。',
    ],
  ),
  entry(
    42006,
    'refresh_credential',
    ['The component_access_token has expired.', 'component_access_token 已过期。'],
    REFRESH_TOKEN,
    SECRET_WRONG,
  ),
  entry(
    42007,
    'authorization_revoked',
    [
      'All tokens were invalidated because the account’s password was changed.',
      '因账号密码变更，令牌与刷新令牌均已失效。',
    ],
    AUTHORIZE_AGAIN,
  ),
  entry(
    40090,
    'platform_misconfigured',
    ['The source IP address is not accepted.', '请求来源 IP 不被接受。'],
    ALLOW_IP,
  ),
];
