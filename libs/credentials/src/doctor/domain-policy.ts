import { isIP } from 'node:net';
import { type WebResult } from './callback-policy';
import { finding, type Finding } from './finding';
import { said } from './wording';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Is the address one that WeChat can push to and start authorizations from? */
export function originFinding(origin: string, isLocalMode: boolean): Finding {
  const url = new URL(origin);
  const host = url.hostname;
  if (LOOPBACK.has(host)) {
    const what = said(`publicOrigin is ${origin}, on this machine.`, `publicOrigin 为 ${origin}，位于本机。`);
    if (isLocalMode) return finding('public_origin', 'ok', 'local', what);
    return finding('public_origin', 'problem', 'loopback', what, OWN_NAME);
  }
  const what = said(`publicOrigin is ${origin}.`, `publicOrigin 为 ${origin}。`);
  if (url.protocol !== 'https:') return finding('public_origin', 'problem', 'not_https', what, OWN_NAME);
  // URL leaves the scheme's own port out, so 443 does not appear here.
  if (url.port !== '' && url.port !== '80') return finding('public_origin', 'problem', 'port', what, PORT);
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return finding('public_origin', 'warning', 'address', what, OWN_NAME);
  return finding(
    'public_origin',
    'ok',
    'ok',
    said(
      `${what.en} In WeChat’s console the domain that starts the authorization must be ${host}.`,
      `${what.zh}微信后台的“授权发起页域名”须为 ${host}。`,
    ),
  );
}

const OWN_NAME = said(
  'Set publicOrigin to the https address of a domain name that WeChat can reach, and enter it in WeChat’s console.',
  '请将 publicOrigin 设为微信可访问的域名(https)，并在微信后台填写同一域名。',
);
const PORT = said(
  'Serve it on port 443: WeChat uses no other than 80 and 443.',
  '请使用 443 端口：微信只访问 80 与 443。',
);

export type PageFacts = WebResult<{ readonly referrerPolicy: string; readonly contentPolicy: string }>;

/** Policies under which WeChat's page, on another origin, is told where it was opened from. */
const TELLING = new Set([
  'strict-origin-when-cross-origin',
  'origin-when-cross-origin',
  'strict-origin',
  'origin',
  'no-referrer-when-downgrade',
  'unsafe-url',
]);

/** Do the pages for merchants answer on the public address with the headers the gateway sent? */
export function pageFinding(page: PageFacts): Finding {
  if (!page.answered) {
    const what = said(
      `The page for merchants could not be opened: ${page.text.en}`,
      `无法打开商户页面：${page.text.zh}`,
    );
    // The same address is judged as the callback; one of the two says what to do.
    return finding(
      'connect_page',
      'unknown',
      page.fault,
      what,
      said('See the finding on the callback.', '请见回调地址的检查结果。'),
    );
  }
  const { status, referrerPolicy, contentPolicy } = page;
  // There is no invite with the token the doctor asks for.
  if (status !== 404 && status !== 200) {
    const what = said(`/connect/… answered ${status} instead of the page.`, `/connect/… 返回 ${status}，而不是页面。`);
    return finding('connect_page', 'problem', 'status', what, PASS_ON);
  }
  const missing = [referrerPolicy === '' && 'Referrer-Policy', contentPolicy === '' && 'Content-Security-Policy'];
  if (missing.some((name) => name !== false)) {
    const names = missing.filter((name) => name !== false).join(', ');
    const what = said(`The page came without ${names}.`, `页面缺少响应头 ${names}。`);
    return finding('connect_page', 'problem', 'headers_missing', what, PASS_ON);
  }
  // Of several values browsers take the last they know.
  const policy = referrerPolicy.toLowerCase().split(',').at(-1)?.trim() ?? '';
  if (!TELLING.has(policy)) {
    const what = said(
      `Referrer-Policy is “${policy}”: WeChat is not told our domain.`,
      `Referrer-Policy 为“${policy}”：微信无法得知来源域名。`,
    );
    return finding('connect_page', 'problem', 'referrer_policy', what, PASS_ON);
  }
  // All policies hold together, and a second one with form-action does not know WeChat's hosts.
  const policies = contentPolicy.split(',').filter((one) => /(^|;)\s*form-action\s/i.test(one));
  if (policies.length !== 1) {
    const what = said(
      `${policies.length} of the page’s Content-Security-Policies name form-action; it must be exactly one, ours.`,
      `页面有 ${policies.length} 条 Content-Security-Policy 含 form-action；应只有网关自己的一条。`,
    );
    return finding('connect_page', 'problem', 'content_policy', what, PASS_ON);
  }
  return finding(
    'connect_page',
    'ok',
    'ok',
    said('The page answers with the right headers.', '页面正常应答，响应头正确。'),
  );
}

const PASS_ON = said(
  'Let the reverse proxy pass /connect/ on to the gateway, and neither remove nor add Referrer-Policy and Content-Security-Policy.',
  '请让反向代理将 /connect/ 转发给网关，且不要删除或追加 Referrer-Policy 与 Content-Security-Policy。',
);
