import { ALLOW_IP, REPORT_BUG } from '../actions';
import { entry } from '../errcode';

/** Quotas, blocks, and the quota call itself. */
export const QUOTA = [
  entry(
    45009,
    'quota_wait',
    [
      'Today’s quota for this call is used up. Calls for an account count against the account’s own quota, which it shares with everyone who calls for it.',
      '该接口今日的调用次数已用完。代公众号调用消耗的是公众号自身的额度，由所有代其调用的系统共用。',
    ],
    [
      'Wait for the reset at 00:00 Beijing time. In need, the quota can be cleared up to 10 times a month.',
      '请等待北京时间 0 点重置；如有急需，每月最多可清零 10 次。',
    ],
    { pause: 'until_midnight' },
  ),
  entry(
    45011,
    'quota_wait',
    ['Too many calls within this minute.', '本分钟内的调用次数已达上限。'],
    ['Nothing to do: the gateway goes on after a minute.', '无需处理：网关会在一分钟后继续。'],
    { pause: 'one_minute' },
  ),
  entry(
    45035,
    'platform_misconfigured',
    ['The source IP address is not in the white list.', '来源 IP 不在白名单中。'],
    ALLOW_IP,
  ),
  entry(
    45102,
    'quota_wait',
    ['WeChat has blocked this call for some time.', '该接口已被微信暂时封禁。'],
    [
      'Read the notices in the WeChat console, and find out what caused the block.',
      '请在微信后台查看通知，并排查封禁原因。',
    ],
    { pause: 'one_day' },
  ),
  entry(
    45501,
    'quota_wait',
    ['The supervisor has blocked this app’s requests for some time.', '该应用的请求已被监管方暂时封禁。'],
    [
      'Read the notices in the WeChat console, and find out what caused the block.',
      '请在微信后台查看通知，并排查封禁原因。',
    ],
    { pause: 'one_day' },
  ),
  entry(
    48006,
    'quota_wait',
    ['This month’s quota resets (10) are used up.', '本月的额度清零次数（10 次）已用完。'],
    ['Wait for the daily reset at 00:00 Beijing time.', '请等待北京时间 0 点的每日重置。'],
    { pause: 'until_midnight' },
  ),
  entry(
    76003,
    'caller_error',
    ['The quota of this path cannot be asked with this token.', '不能使用该令牌查询此路径的额度。'],
    REPORT_BUG,
  ),
  entry(
    76021,
    'caller_error',
    ['WeChat does not know the path whose quota was asked.', '所查询额度的接口路径不存在。'],
    REPORT_BUG,
  ),
  entry(
    76022,
    'caller_error',
    ['The quota of this path needs another kind of token.', '查询该路径的额度须使用另一种令牌。'],
    REPORT_BUG,
  ),
];
