import { randomBytes } from 'node:crypto';
import { until } from './processes';
import { formOf } from './sandbox';
import { type System } from './system';
import { openConsent } from './tenants';

/** What a person sees of one of our pages. */
export interface SeenPage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Headers;
}

export async function seePage(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<SeenPage> {
  const answer = await fetch(url, { method, headers, redirect: 'manual' });
  const html = await answer.text();
  const title = /<title>(.*?)<\/title>/.exec(html)?.[1] ?? '';
  const body = html.slice(html.indexOf('<body'));
  return { status: answer.status, title, text: body.replace(/<[^>]*>/g, ' '), html, headers: answer.headers };
}

/** An account known to WeChat that has not authorized anybody. */
export async function newAccount(system: System, fields: object = {}): Promise<string> {
  const appid = `wx${randomBytes(8).toString('hex')}`;
  await system.sandbox.control('POST', 'accounts', { appid, name: `账号 ${appid.slice(-4)}`, ...fields });
  return appid;
}

export async function pushesWorkedOff(system: System): Promise<void> {
  await until('every push is worked off', async () => {
    const { pushes } = await system.sandbox.control('GET', 'pushes');
    const [open] = await system.db.query('SELECT COUNT(*) AS n FROM push_event WHERE done_at IS NULL');
    const isOver = ({ state }: { state: string }): boolean =>
      ['delivered', 'lost', 'failed', 'blocked'].includes(state);
    return pushes.every(isOver) && (open as [{ n: number }])[0].n === 0;
  });
}

export interface Choice {
  readonly appid: string;
  readonly sets?: readonly number[];
  /** 3 offers mini programs, too: our own links never do. */
  readonly authType?: string;
}

/** Agrees on WeChat's page. Where WeChat sends the browser; null when it does not (switch redirectLost). */
export async function agree(inviteUrl: string, { appid, sets = [2], authType }: Choice): Promise<string | null> {
  const page = await openConsent(inviteUrl);
  const { action, fields } = formOf(page.html);
  fields.set('appid', appid);
  fields.delete('sets');
  for (const set of sets) fields.append('sets', String(set));
  if (authType !== undefined) fields.set('auth_type', authType);
  fields.set('action', 'authorize');
  const answer = await fetch(new URL(action, page.url), { method: 'POST', body: fields, redirect: 'manual' });
  const refusal = answer.headers.get('x-sandbox-error');
  if (refusal !== null) throw new Error(`WeChat's page refused: ${refusal}`);
  return answer.headers.get('location');
}

/** As `agree`, for when the browser comes back. */
export async function agreed(inviteUrl: string, choice: Choice): Promise<string> {
  const location = await agree(inviteUrl, choice);
  if (location === null) throw new Error('WeChat sent the browser nowhere');
  return location;
}

export function codeOf(callback: string): string {
  return new URL(callback).searchParams.get('auth_code') ?? '';
}

/** The one title of each end of an authorization, in both languages: nobody must guess which happened. */
export const ENDS = {
  connected: ['Connected', '授权成功'],
  withoutSet: ['Connected, but one permission is missing', '授权成功，但缺少一项权限'],
  cancelled: ['Nothing was authorized', '未完成授权'],
  unknown: ['There is no such invite', '授权邀请不存在'],
  used: ['This invite was used already', '授权邀请已使用'],
  expired: ['This invite has expired', '授权邀请已过期'],
  codeWrong: ['WeChat does not know this authorization', '微信不认识本次授权'],
  codeOld: ['The authorization has run out', '授权码已失效'],
  mini: ['Only Official Accounts can be connected', '仅支持接入公众号'],
  owned: ['This account belongs to somebody else here', '该公众号已归属其他商户'],
  replaced: ['There is a newer link', '链接已更新'],
  closed: ['This request is over', '本次授权请求已结束'],
  otherAccount: ['Another account was authorized', '授权的是另一个公众号'],
  later: ['Please try again in a minute', '请稍后重试'],
} as const;

export const withCode = (inviteUrl: string, code: string): string =>
  `${inviteUrl}/callback?auth_code=${encodeURIComponent(code)}&expires_in=3600`;

interface Ending {
  readonly end: keyof typeof ENDS;
  readonly status: number;
  readonly method?: string;
}

/** The page at an address ends as told, in both languages, and holds no secret, no link and no script. */
export async function expectEnding(url: string, { end, status, method = 'GET' }: Ending): Promise<SeenPage> {
  const english = await seePage(url, {}, method);
  const chinese = await seePage(url, { 'accept-language': 'zh-CN,zh;q=0.9' }, method);
  expect([english.status, english.title]).toEqual([status, ENDS[end][0]]);
  expect([chinese.status, chinese.title]).toEqual([status, ENDS[end][1]]);
  expect(english.html).toContain('<html lang="en">');
  expect(chinese.html).toContain('<html lang="zh-CN">');
  const code = codeOf(url);
  for (const { html, headers } of [english, chinese]) {
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    if (code.length > 20) expect(html).not.toContain(code);
    expect(html).not.toContain('/connect/');
    expect(html).not.toMatch(/<(script|a|img|iframe|link(?! rel="icon" href="data:,"))\b/);
  }
  return english;
}
