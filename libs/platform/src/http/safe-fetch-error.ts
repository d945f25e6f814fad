import { AppError, type Bilingual } from '@app/kernel';

export type FetchFault =
  | 'url_invalid'
  | 'port_refused'
  | 'dns_failed'
  | 'dns_timeout'
  | 'address_refused'
  | 'connect_failed'
  | 'connect_timeout'
  | 'tls_expired'
  | 'tls_wrong_name'
  | 'tls_untrusted'
  | 'tls_failed'
  | 'timeout'
  | 'answer_too_large'
  | 'broken_off';

const TEXT: Readonly<Record<FetchFault, Bilingual>> = {
  url_invalid: { en: 'It is no http or https address.', zh: '不是有效的 http 或 https 地址。' },
  port_refused: { en: 'Only ports 80 and 443 are allowed.', zh: '仅允许 80 与 443 端口。' },
  dns_failed: { en: 'The name has no address (DNS).', zh: '域名无法解析(DNS)。' },
  dns_timeout: { en: 'DNS did not answer in time.', zh: 'DNS 未在限定时间内应答。' },
  address_refused: {
    en: 'The name leads to an address that is not on the public internet.',
    zh: '域名解析到了非公网地址。',
  },
  connect_failed: { en: 'Nothing accepts connections there.', zh: '对方拒绝连接。' },
  connect_timeout: { en: 'No connection came about in time.', zh: '未能在限定时间内建立连接。' },
  tls_expired: { en: 'The TLS certificate is expired or not valid yet.', zh: 'TLS 证书已过期或尚未生效。' },
  tls_wrong_name: { en: 'The TLS certificate is for another name.', zh: 'TLS 证书与域名不符。' },
  tls_untrusted: {
    en: 'The TLS certificate is not signed by a known authority, or the chain is incomplete.',
    zh: 'TLS 证书并非由受信任的机构签发，或证书链不完整。',
  },
  tls_failed: { en: 'TLS could not be agreed on.', zh: 'TLS 握手失败。' },
  timeout: { en: 'The answer did not come in time.', zh: '未在限定时间内收到应答。' },
  answer_too_large: { en: 'The answer is too large.', zh: '应答超过大小上限。' },
  broken_off: { en: 'The connection broke off before the answer was complete.', zh: '应答未完成时连接中断。' },
};

/** No answer came. Code `fetch_<fault>`; neither text nor detail holds the address, which may carry a secret. */
export class SafeFetchError extends AppError {
  constructor(
    readonly fault: FetchFault,
    /** E.g. `private` where an address was refused. */
    readonly because: string | null = null,
  ) {
    super(fault === 'url_invalid' || fault === 'port_refused' ? 'invalid' : 'upstream', `fetch_${fault}`, {
      message: TEXT[fault],
      ...(because === null ? {} : { detail: { because } }),
    });
    this.name = 'SafeFetchError';
  }
}

const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const CONNECT_FAILED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EHOSTDOWN',
]);
const TIMED_OUT = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const UNTRUSTED = /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|INVALID_|ERR_TLS_CERT)/;

/** What a low-level error of undici, net or tls means. */
export function faultOf(error: unknown): FetchFault {
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'UND_ERR_HEADERS_OVERFLOW') return 'answer_too_large';
  if (TIMED_OUT.has(code)) return 'connect_timeout';
  if (CONNECT_FAILED.has(code)) return 'connect_failed';
  if (EXPIRED.has(code)) return 'tls_expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'tls_wrong_name';
  if (UNTRUSTED.test(code)) return 'tls_untrusted';
  return code === 'EPROTO' || /^ERR_(SSL|TLS)_/.test(code) ? 'tls_failed' : 'broken_off';
}

/** Connecting to several addresses fails with an AggregateError. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : '';
}
