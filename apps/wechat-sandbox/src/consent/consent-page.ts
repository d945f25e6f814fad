import { setName } from '../grants/permission-sets';
import { type Account, type Platform } from '../state/model';
import { CONSENT_FIELDS, type ConsentQuery, type ConsentRefusal, entryProof } from './consent-rules';
import { hidden, html, type Html, page } from './html';

/** More accounts than this are reached by typing the appid. */
const LISTED = 100;

export const CONSENT_TARGET = '/sandbox/consent';

const REFUSALS: Readonly<Record<ConsentRefusal, readonly [string, string]>> = {
  unknown_platform: ['第三方平台不存在', 'This third-party platform does not exist'],
  bad_pre_auth_code: ['预授权码无效', 'The pre-auth code is not valid'],
  expired_pre_auth_code: ['预授权码已过期或已使用，请返回重新发起授权', 'The pre-auth code has expired or was used'],
  bad_redirect_uri: ['回调地址无效', 'redirect_uri is not valid'],
  wrong_domain: [
    '授权入口页和回调页的域名须与平台登记的授权发起页域名一致',
    'The page you came from and redirect_uri must both be on the domain registered for this platform',
  ],
  no_account: ['没有可以授权的账号', 'There is no account that could authorize'],
};

export function refusalPage(because: ConsentRefusal, detail: string, domain: string): string {
  const [chinese, english] = REFUSALS[because];
  const seen =
    because === 'wrong_domain'
      ? html`<p>登记 Registered: <code>${domain}</code><br />实际 Seen: <code>${detail}</code></p>`
      : html``;
  return page(
    '无法授权',
    html`<h1>${chinese}</h1>
      <p class="en">${english}</p>
      ${seen}<small>${because}</small>`,
  );
}

export function cancelledPage(): string {
  return page(
    '已取消',
    html`<h1>已取消授权</h1>
      <p class="en">You did not authorize. Nothing was changed; you may close this page.</p>`,
  );
}

export function doneWithoutRedirectPage(): string {
  return page(
    '授权成功',
    html`<h1>授权成功</h1>
      <p class="en">Authorized. You may close this page.</p>`,
  );
}

function accountChoice(account: Account, checked: boolean): Html {
  const kind = account.kind === 'mini' ? '小程序 Mini program' : '公众号 Official Account';
  const verified = account.verified ? '' : ' · 未认证 unverified';
  return html`<label
    ><input type="radio" name="appid" value="${account.appid}" ${html`${checked ? ' checked' : ''}`} /> ${account.name}
    <small>${account.appid} · ${kind}${verified}</small></label
  >`;
}

function setChoice(id: number): Html {
  return html`<label><input type="checkbox" name="sets" value="${id}" checked /> ${id} · ${setName(id)}</label>`;
}

export function consentPage(
  platform: Platform,
  query: ConsentQuery,
  accounts: readonly Account[],
  sets: readonly number[],
): string {
  const listed = accounts.slice(0, LISTED);
  const more =
    accounts.length > listed.length
      ? html`<p>
          <input type="text" name="other_appid" placeholder="wx…" aria-label="appid" />
          <small>其他账号的 AppID（共 ${accounts.length} 个） The appid of another account</small>
        </p>`
      : html``;
  return page(
    '账号授权',
    html`<h1>授权给「${platform.name}」</h1>
      <p class="en">Let <b>${platform.name}</b> act for one of your accounts. 请用要授权账号的管理员身份操作。</p>
      <form method="post" action="${CONSENT_TARGET}">
        ${CONSENT_FIELDS.map((name) => hidden(name, query[name]))}${hidden('entry', entryProof(platform, query))}
        <h2>选择账号 <small>Choose an account</small></h2>
        ${listed.map((account, i) => accountChoice(account, i === 0))}${more}
        <h2>授权以下权限集 <small>Permission sets to grant</small></h2>
        ${sets.map(setChoice)}
        <div class="row">
          <button class="main" name="action" value="authorize">同意授权 Authorize</button>
          <button name="action" value="cancel">取消 Cancel</button>
        </div>
      </form>`,
  );
}
