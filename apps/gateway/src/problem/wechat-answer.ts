import { AppError, type ErrorKind } from '@app/kernel';
import { type FastifyReply, type FastifyRequest } from 'fastify';

/** WeChat's wording, or a word of ours where WeChat has none; clients match on the number. */
const WORDS = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40013: 'invalid appid',
  40125: 'invalid appsecret',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  61003: 'component is not authorized by this account',
  61007: 'api is unauthorized to component',
  61500: 'date format error',
  61501: 'date range error',
} as const;

/** Codes that the WeChat-compatible endpoint says by itself. */
export type RefusalCode = keyof typeof WORDS;

/** @param hint what to do, for a person who reads it. Never holds a secret. */
export function wechatRefusal(errcode: RefusalCode, hint?: string): AppError {
  return new AppError('invalid', `wechat_${errcode}`, { detail: { errcode, ...(hint === undefined ? {} : { hint }) } });
}

/** What we refuse, in WeChat's codes: what SDKs and their users know how to handle. */
const BY_CODE: ReadonlyMap<string, RefusalCode> = new Map<string, RefusalCode>([
  ...(['revoked', 'never_exchanged', 'token_refused', 'account_gone'] as const).map((code) => [code, 61003] as const),
  ['set_missing', 61007],
  ...(['not_verified', 'not_official_account', 'bad_standing'] as const).map((code) => [code, 48001] as const),
  ['body_too_large', 47001],
  ['route_not_found', 48001],
]);
const BY_KIND: Readonly<Partial<Record<ErrorKind, RefusalCode>>> = { limited: 45009, invalid: 47001 };

/** The answer in WeChat's shape. `requestId` stands where WeChat names its own. */
export function wechatAnswerOf(error: AppError, requestId: string): { errcode: number; errmsg: string } {
  const { errcode: told, hint } = error.detail;
  const errcode =
    typeof told === 'number' && told !== 0 ? told : (BY_CODE.get(error.code) ?? BY_KIND[error.kind] ?? -1);
  const word = (WORDS as Readonly<Record<number, string>>)[errcode] ?? 'refused by WeChat';
  const why = typeof hint === 'string' ? hint : error.kind === 'bug' ? undefined : error.text?.en;
  return { errcode, errmsg: `${word}${why === undefined ? '' : ` hint: [${why}]`} rid: ${requestId}` };
}

/** First parts of paths of api.weixin.qq.com, but for words a page of ours may want: whoever asks there understands WeChat's answers, not ours. */
export const WECHAT_ROOTS = [
  ...['card', 'cgi-bin', 'customservice', 'datacube', 'publisher', 'semantic'],
  ...['shakearound', 'sns', 'tcb', 'wxa', 'wxaapi'],
];
const ROOTS = new Set(WECHAT_ROOTS);

export function speaksWechat(request: FastifyRequest): boolean {
  return isWechatPath(request.routeOptions.url ?? request.url);
}

export function isWechatPath(path: string): boolean {
  const [, root = ''] = path.split(/[/?]+/, 2);
  return ROOTS.has(root);
}

/** HTTP 200, as WeChat: SDKs read the errcode. */
export function sendWechatAnswer(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  void reply
    .code(200)
    .header('X-Request-Id', request.id)
    .header('Content-Type', 'application/json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(wechatAnswerOf(error, request.id)));
}
