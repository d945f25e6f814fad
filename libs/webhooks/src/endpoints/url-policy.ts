import { AppError } from '@app/kernel';

export type UrlRefusal = 'not_a_url' | 'not_https' | 'has_credentials' | 'has_fragment' | 'port_refused' | 'not_public';
export type UrlVerdict =
  { readonly allowed: true; readonly url: string } | { readonly allowed: false; readonly because: UrlRefusal };

export const URL_MAX = 2_048;
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

/**
 * What an address must look like. Where it leads is asked when it is stored and again before each delivery.
 * @param allowsLoopback tests and demos: this machine is allowed, without TLS and on any port
 */
export function urlVerdict(text: string, allowsLoopback: boolean): UrlVerdict {
  const no = (because: UrlRefusal): UrlVerdict => ({ allowed: false, because });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.href.length > URL_MAX || !/^https?:$/.test(url.protocol)) return no('not_a_url');
  if (url.username !== '' || url.password !== '') return no('has_credentials');
  if (url.hash !== '') return no('has_fragment');
  if (allowsLoopback && LOOPBACK.test(url.hostname)) return { allowed: true, url: url.href };
  if (url.protocol !== 'https:') return no('not_https');
  return url.port === '' ? { allowed: true, url: url.href } : no('port_refused');
}

const TEXTS: Readonly<Record<UrlRefusal, { readonly en: string; readonly zh: string }>> = {
  not_a_url: { en: 'url must be a whole https address.', zh: 'url 必须是完整的 https 地址。' },
  not_https: { en: 'url must begin with https.', zh: 'url 必须以 https 开头。' },
  has_credentials: { en: 'url must hold no user name or password.', zh: 'url 不得包含用户名或密码。' },
  has_fragment: { en: 'url must hold no #fragment.', zh: 'url 不得包含 # 片段。' },
  port_refused: { en: 'url must use port 443.', zh: 'url 只能使用 443 端口。' },
  not_public: {
    en: 'The name of url has no address, or one that is not on the public internet.',
    zh: 'url 中的域名无法解析，或解析到了非公网地址。',
  },
};

/** One answer for names without an address and for private ones: nobody learns which names exist inside. */
export function urlRefused(because: UrlRefusal): AppError {
  return new AppError('invalid', 'webhook_url_refused', { message: TEXTS[because], detail: { because } });
}
