import { CORRECT_REQUEST } from '../actions';
import { entry } from '../errcode';

/** What keeps a message of an account from its follower. */
export const MESSAGES = [
  entry(
    40003,
    'caller_error',
    ['The openid is not one of this account’s.', 'openid 不合法，或不属于该公众号。'],
    CORRECT_REQUEST,
  ),
  entry(
    45015,
    'caller_error',
    [
      'The follower did not write to the account within 48 hours, or follows it no more.',
      '回复时间超过 48 小时，或用户已取消关注。',
    ],
    CORRECT_REQUEST,
  ),
  entry(
    45047,
    'caller_error',
    ['The follower already got as many messages as WeChat allows.', '向该用户下行的客服消息条数已达上限。'],
    CORRECT_REQUEST,
  ),
];
