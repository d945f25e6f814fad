import { REPORT_BUG } from '../actions';
import { entry } from '../errcode';

/** 615xx: follower data. */
export const DATACUBE_CODES = [
  entry(61500, 'caller_error', ['A date is not in the form YYYY-MM-DD.', '日期格式不是 YYYY-MM-DD。'], REPORT_BUG),
  entry(
    61501,
    'caller_error',
    [
      'The range is longer than 7 days, ends today or later, or ends before it begins (Beijing time).',
      '日期区间超过 7 天、结束于今天或以后，或结束早于开始（北京时间）。',
    ],
    ['Ask for at most 7 days that end yesterday at the latest.', '请将区间控制在 7 天以内，且最晚结束于昨天。'],
  ),
  entry(
    61502,
    'permission_lost',
    ['The account is a game mini program, which has no such data.', '该账号为小游戏，不提供此类数据。'],
    ['Leave this account out: only Official Accounts have follower data.', '请排除该账号：仅公众号有粉丝数据。'],
  ),
  entry(
    61503,
    'wait_for_data',
    ['WeChat has not computed the data yet.', '微信尚未生成该日数据。'],
    [
      'Nothing to do: the gateway asks again. Yesterday’s data comes after 08:00 Beijing time.',
      '无需处理：网关会再次请求。昨日数据在北京时间 8 点之后提供。',
    ],
  ),
];
