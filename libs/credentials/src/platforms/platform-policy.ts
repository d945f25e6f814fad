import { AppError, type Bilingual } from '@app/kernel';
import { isEncodingAesKey } from '@app/wechat';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const APPID = /^[A-Za-z0-9_-]{4,32}$/;
/** WeChat's console takes letters and digits, 3 to 32 of them. */
const CALLBACK_TOKEN = /^[A-Za-z0-9]{3,32}$/;
const APP_SECRET = /^[\x21-\x7e]{8,128}$/;

/** The origin without a trailing slash. Throws `public_origin_invalid`. */
export function publicOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare =
    url !== null &&
    url.pathname === '/' &&
    url.username === '' &&
    url.password === '' &&
    !text.includes('?') &&
    !text.includes('#');
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!url || !bare || !allowed || url.origin.length > 255) {
    throw refused('public_origin_invalid', {
      en: 'publicOrigin must be an https origin such as https://wx.example.com (http only on this machine).',
      zh: 'publicOrigin 须为 https 来源，例如 https://wx.example.com(仅本机可用 http)。',
    });
  }
  return url.origin;
}

/** Throws `appid_invalid`. */
export function componentAppid(text: string): string {
  if (APPID.test(text)) return text;
  throw refused('appid_invalid', {
    en: 'appid must be the platform’s component_appid.',
    zh: 'appid 须为第三方平台的 component_appid。',
  });
}

export interface PlatformSecretValues {
  readonly appSecret?: string | undefined;
  readonly callbackToken?: string | undefined;
  readonly encodingAesKey?: string | undefined;
}

/** Throws `app_secret_invalid`, `callback_token_invalid`, `encoding_aes_key_invalid`; none repeats the value. */
export function checkSecrets({ appSecret, callbackToken, encodingAesKey }: PlatformSecretValues): void {
  if (appSecret !== undefined && !APP_SECRET.test(appSecret)) {
    throw refused('app_secret_invalid', {
      en: 'appSecret must be the AppSecret shown by the Open Platform console.',
      zh: 'appSecret 须为微信开放平台控制台中的 AppSecret。',
    });
  }
  if (callbackToken !== undefined && !CALLBACK_TOKEN.test(callbackToken)) {
    throw refused('callback_token_invalid', {
      en: 'callbackToken must be 3 to 32 letters and digits, as in WeChat’s console.',
      zh: 'callbackToken 须为 3-32 位字母或数字，与微信后台一致。',
    });
  }
  if (encodingAesKey !== undefined && !isEncodingAesKey(encodingAesKey)) {
    throw refused('encoding_aes_key_invalid', {
      en: 'encodingAesKey must be the 43 letters and digits from WeChat’s console.',
      zh: 'encodingAesKey 须为微信后台中的 43 位字母或数字。',
    });
  }
}

function refused(code: string, message: Bilingual): AppError {
  return new AppError('invalid', code, { message });
}
