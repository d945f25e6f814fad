import { CORRECT_REQUEST, REPORT_BUG } from '../actions';
import { entry } from '../errcode';

/** The request as such: busy, malformed, wrong method, wrong size. */
export const GENERAL = [
  entry(
    -1,
    'retry_soon',
    ['WeChat is busy.', '微信系统繁忙。'],
    ['Nothing to do: the gateway tries again after at least a minute.', '无需处理：网关会在至少一分钟后自动重试。'],
    { pause: 'one_minute' },
  ),
  entry(0, 'unknown', ['Success: this is not an error.', '成功：这不是错误。'], ['Nothing to do.', '无需处理。']),
  entry(
    40033,
    'caller_error',
    [
      'The request holds characters that WeChat does not accept, such as \\u escapes.',
      '请求中含有微信不接受的字符，例如 \\u 转义。',
    ],
    REPORT_BUG,
  ),
  entry(40066, 'caller_error', ['WeChat does not know this URL.', '微信不存在该接口地址。'], REPORT_BUG),
  entry(40097, 'caller_error', ['An argument is invalid.', '参数不合法。'], CORRECT_REQUEST),
  entry(
    40170,
    'caller_error',
    ['More entries were asked for than one page may hold (500).', '单页请求的数量超过上限（500）。'],
    REPORT_BUG,
  ),
  entry(43001, 'caller_error', ['The call must be a GET request.', '该接口须使用 GET 请求。'], REPORT_BUG),
  entry(43002, 'caller_error', ['The call must be a POST request.', '该接口须使用 POST 请求。'], REPORT_BUG),
  entry(43003, 'caller_error', ['The call must use HTTPS.', '该接口须使用 HTTPS。'], REPORT_BUG),
  entry(44002, 'caller_error', ['The request body is empty.', '请求体为空。'], REPORT_BUG),
  entry(45002, 'caller_error', ['The content is too long.', '内容超过长度限制。'], CORRECT_REQUEST),
  entry(
    47001,
    'caller_error',
    [
      'The request body is not the JSON that WeChat expects, or a field is missing.',
      '请求体不是微信所要求的 JSON，或缺少字段。',
    ],
    REPORT_BUG,
  ),
  entry(
    47002,
    'caller_error',
    ['The request body uses \\u escapes instead of plain UTF-8.', '请求体使用了 \\u 转义，而非直接的 UTF-8 字符。'],
    REPORT_BUG,
  ),
];
