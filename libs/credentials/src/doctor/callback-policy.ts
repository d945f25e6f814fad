import { type Bilingual } from '@app/kernel';
import { type FetchFault } from '@app/platform';
import { finding, type Finding } from './finding';
import { said } from './wording';

/** What became of an HTTP request to our own public address. */
export type WebResult<T> =
  | ({ readonly answered: true; readonly status: number; readonly ms: number } & T)
  | { readonly answered: false; readonly fault: FetchFault; readonly text: Bilingual };

export interface CallbackFacts {
  /** Without query. */
  readonly url: string;
  readonly result: WebResult<{ readonly bytes: number; readonly isSuccess: boolean }>;
  /** Whether the probe stands in our own inbox; null when that could not be read. */
  readonly inInbox: boolean | null;
}

/** Half of WeChat's 5 s: proxies and the way from WeChat's machines come on top. */
const SLOW_MS = 2_500;

/** Did a push of our own, sent as WeChat would, arrive here and get the answer WeChat wants? */
export function callbackFinding({ url, result, inInbox }: CallbackFacts): Finding {
  if (!result.answered) return faultFinding(url, result.fault, result.text);
  const { status, bytes, isSuccess, ms } = result;
  const seen = said(
    `${url} answered ${status} in ${Math.round(ms)} ms`,
    `${url} 在 ${Math.round(ms)} ms 内返回 ${status}`,
  );
  if (status !== 200) return statusFinding(seen, status);
  if (!isSuccess) {
    const what = more(
      seen,
      `, but with ${bytes} bytes other than “success”`,
      `，但内容为 ${bytes} 字节，并非“success”`,
    );
    return problem('extra_bytes', what, EXTRA_BYTES);
  }
  if (inInbox === null) {
    const what = more(
      seen,
      '; whether the push reached this installation could not be read.',
      '；未能确认该推送是否到达本系统。',
    );
    return finding('callback', 'unknown', 'not_checked', what, said('Run the doctor again.', '请重新检查。'));
  }
  if (!inInbox) {
    const what = more(seen, ', but the push is not in this installation’s inbox.', '，但本系统的收件箱中没有该推送。');
    return problem('elsewhere', what, ELSEWHERE);
  }
  const done = more(seen, ', and the push is in our inbox.', '，推送已进入本系统收件箱。');
  return ms > SLOW_MS ? finding('callback', 'warning', 'slow', done, SLOW) : finding('callback', 'ok', 'ok', done);
}

function statusFinding(seen: Bilingual, status: number): Finding {
  const what = more(seen, '.', '。');
  if (status >= 300 && status < 400) return problem('redirect', what, REDIRECT);
  if (status === 403) return problem('refused', what, REFUSED);
  if (status === 404) return problem('not_found', what, ELSEWHERE);
  return problem('status', what, STATUS);
}

function faultFinding(url: string, fault: FetchFault, text: Bilingual): Finding {
  const what = said(`A push of our own to ${url} failed: ${text.en}`, `我方向 ${url} 发送的推送失败：${text.zh}`);
  // The name may mean another address on WeChat's side of the network.
  if (fault === 'address_refused') return finding('callback', 'unknown', fault, what, PRIVATE);
  return problem(fault, what, ACTIONS[fault] ?? STATUS);
}

function problem(code: string, what: Bilingual, action: Bilingual): Finding {
  return finding('callback', 'problem', code, what, action);
}

function more({ en, zh }: Bilingual, moreEn: string, moreZh: string): Bilingual {
  return said(en + moreEn, zh + moreZh);
}

const EXTRA_BYTES = said(
  'Let the reverse proxy pass the answer on as it is: no added markup, no compression.',
  '请让反向代理原样转发应答：不要添加内容，不要压缩。',
);
const ELSEWHERE = said(
  'Let the platform’s publicOrigin lead to this installation; one component_appid belongs to one installation.',
  '请让该平台的 publicOrigin 指向本系统；一个 component_appid 只能属于一套系统。',
);
const SLOW = said(
  'Look at the reverse proxy and at the load of gateway and database.',
  '请检查反向代理以及网关、数据库的负载。',
);
const REDIRECT = said(
  'WeChat follows no redirect: serve the path itself.',
  '微信不跟随重定向：请直接在该地址提供服务。',
);
const REFUSED = said(
  'Either a firewall in front of the gateway refuses it, or another installation with other keys answers there.',
  '可能是网关前的防火墙拒绝了请求，或该地址由密钥不同的另一套系统应答。',
);
const STATUS = said(
  'Look at the logs of the reverse proxy and the gateway at this time.',
  '请查看此刻反向代理与网关的日志。',
);
const PRIVATE = said(
  'From here the name leads into a private network. See from outside whether it leads to this installation, and whether tickets arrive.',
  '从本机看，该域名解析到内网。请从外部确认其是否指向本系统，并留意票据是否到达。',
);
const CERTIFICATE = said(
  'Renew the certificate, its chain included, for this name.',
  '请为该域名更新证书，并包含完整证书链。',
);
const LISTEN = said(
  'Start the gateway and the reverse proxy, and let the firewall pass ports 80 and 443.',
  '请启动网关与反向代理，并在防火墙放行 80 与 443 端口。',
);
const DNS = said(
  'Put the name’s address into DNS; WeChat waits 5 s for it.',
  '请在 DNS 中配置该域名；微信最多等待 5 秒。',
);
const PORT = said('Use an address without a port, or with 80 or 443.', '请使用不带端口、或端口为 80、443 的地址。');
const ACTIONS: Readonly<Partial<Record<FetchFault, Bilingual>>> = {
  url_invalid: PORT,
  port_refused: PORT,
  dns_failed: DNS,
  dns_timeout: DNS,
  connect_failed: LISTEN,
  connect_timeout: LISTEN,
  tls_expired: CERTIFICATE,
  tls_wrong_name: CERTIFICATE,
  tls_untrusted: CERTIFICATE,
  tls_failed: CERTIFICATE,
  timeout: SLOW,
  answer_too_large: EXTRA_BYTES,
};
