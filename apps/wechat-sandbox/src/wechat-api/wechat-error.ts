/** Wording of WeChat's global return-code table; clients must match on the number only. */
const MESSAGES: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40066: 'invalid url',
  40125: 'invalid appsecret',
  40170: 'args count exceed count limit',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41018: 'missing component_appid',
  42001: 'access_token expired',
  42006: 'component_access_token expired',
  42007: 'access_token and refresh_token exception',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  48004: 'api forbidden for irregularities, view detail on mp.weixin.qq.com',
  48006: 'forbid to clear quota because of reaching the limit',
  50002: 'user limited',
  50007: 'account frozen',
  61003: 'component is not authorized by this account',
  61004: 'access clientip is not registered',
  61005: 'component ticket is expired',
  61006: 'component ticket is invalid',
  61007: 'api is unauthorized to component',
  61009: 'code is invalid',
  61010: 'code is expired',
  61011: 'invalid component',
  61014: 'must use component token for component api',
  61015: 'must use biz account token for not component api',
  61023: 'refresh_token is invalid',
  61500: 'date format error',
  61501: 'date range error',
  61503: 'data not ready, please try later',
  76021: 'cgi_path not found, please check',
  76022: 'could not use this cgi_path, no permission',
};

/** An answer with an errcode. HTTP status stays 200, as on WeChat. */
export class WechatError extends Error {
  constructor(
    readonly errcode: number,
    detail = '',
  ) {
    super(`${MESSAGES[errcode] ?? 'unspecified error'}${detail === '' ? '' : `: ${detail}`}`);
  }
}
