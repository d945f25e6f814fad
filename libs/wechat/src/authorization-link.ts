import { type Secret } from '@app/kernel';

/** Where WeChat's authorization pages live. A sandbox serves both from one origin. */
export interface PageOrigins {
  readonly desktop: string;
  readonly mobile: string;
}

export const WECHAT_PAGE_ORIGINS: PageOrigins = {
  desktop: 'https://mp.weixin.qq.com',
  mobile: 'https://open.weixin.qq.com',
};

export interface AuthorizationLinkRequest {
  readonly pageOrigins: PageOrigins;
  readonly device: 'desktop' | 'mobile';
  readonly componentAppid: string;
  readonly preAuthCode: Secret;
  /** Must be on the platform's authorization start domain; WeChat has no `state`, so it carries ours. */
  readonly redirectUri: string;
  /** 1 (default) offers Official Accounts only. */
  readonly authType?: 1;
  /** Permission sets to offer; all that the platform released when absent. */
  readonly categoryIds?: readonly number[];
  /** Only this account may be authorized, and only its administrator may scan. */
  readonly bizAppid?: string;
}

/**
 * The page on which a merchant's administrator authorizes: a QR code on a desktop, a confirmation inside WeChat on a
 * phone. It works only when opened from a page on the authorization start domain (WeChat checks the Referer).
 * Source: Authorization_Process_Technical_Description.html.
 */
export function authorizationLink(request: AuthorizationLinkRequest): string {
  const common = [
    ['component_appid', request.componentAppid],
    ['pre_auth_code', request.preAuthCode.reveal()],
    ['redirect_uri', request.redirectUri],
    ['auth_type', String(request.authType ?? 1)],
    ...(request.bizAppid === undefined ? [] : [['biz_appid', request.bizAppid]]),
    ...(request.categoryIds === undefined ? [] : [['category_id_list', request.categoryIds.join('|')]]),
  ] as [string, string][];
  if (request.device === 'desktop') {
    return `${request.pageOrigins.desktop}/cgi-bin/componentloginpage?${query(common)}`;
  }
  const mobile = query([['action', 'bindcomponent'], ['no_scan', '1'], ...common]);
  return `${request.pageOrigins.mobile}/wxaopen/safe/bindcomponent?${mobile}#wechat_redirect`;
}

function query(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}
