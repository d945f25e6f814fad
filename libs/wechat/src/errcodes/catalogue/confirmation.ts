import { CONFIRM_IN_CONSOLE } from '../actions';
import { entry } from '../errcode';

/** 895xx: a person must agree to calls from a new address. */
export const CONFIRMATION = [
  entry(
    89501,
    'platform_misconfigured',
    ['The call waits for a risk confirmation.', '该调用正等待风险确认。'],
    CONFIRM_IN_CONSOLE,
  ),
  entry(
    89502,
    'platform_misconfigured',
    ['The call waits for the administrator.', '该调用正等待管理员确认。'],
    CONFIRM_IN_CONSOLE,
  ),
  entry(
    89503,
    'platform_misconfigured',
    ['A new IP address needs the administrator’s confirmation.', '来自新 IP 的调用需要管理员确认。'],
    CONFIRM_IN_CONSOLE,
  ),
  entry(89504, 'platform_misconfigured', ['The confirmation is still open.', '确认尚未完成。'], CONFIRM_IN_CONSOLE),
  entry(
    89505,
    'platform_misconfigured',
    ['The confirmation is still open; try again later.', '确认尚未完成，请稍后重试。'],
    CONFIRM_IN_CONSOLE,
  ),
  entry(
    89506,
    'quota_wait',
    ['The administrator refused this IP address twice.', '管理员已两次拒绝该 IP 的调用。'],
    ['Ask the administrator to agree, and try again after 24 hours.', '请与管理员沟通，24 小时后再试。'],
    { pause: 'one_day' },
  ),
  entry(
    89507,
    'quota_wait',
    ['The administrator refused this IP address.', '管理员已拒绝该 IP 的调用。'],
    ['Ask the administrator to agree, and try again after an hour.', '请与管理员沟通，1 小时后再试。'],
    { pause: 'one_hour' },
  ),
];
