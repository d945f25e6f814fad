import { type InviteDetail } from '@app/credentials';
import { toString as qrCode } from 'qrcode';
import { type Language } from '../problem';
import { type Ending } from './ending-text';
import { html, Html } from './html';
import { page, shanghaiMinute } from './page-layout';

const LANDING = {
  en: {
    title: (platform: string) => `Authorize your Official Account to ${platform}`,
    lead: (merchant: string) => `For ${merchant}. An administrator of the account must do this.`,
    button: 'Go on to WeChat',
    scan: 'Or scan with a phone to open this page there:',
    note: 'On WeChat’s page choose your Official Account and leave “user management” ticked.',
    until: (day: string) => `The invite is open until ${day}.`,
    again: (account: string, platform: string) => `Authorize ${account} to ${platform} again`,
    boundLead: (account: string, merchant: string) =>
      `For the Official Account ${account} of ${merchant}. Only an administrator of this account can do this.`,
    boundNote: 'On WeChat’s page leave every permission ticked, “user management” above all.',
  },
  zh: {
    title: (platform: string) => `将公众号授权给 ${platform}`,
    lead: (merchant: string) => `商户：${merchant}。须由公众号管理员操作。`,
    button: '前往微信授权',
    scan: '或用手机扫码打开本页：',
    note: '在微信页面中选择您的公众号，并保留勾选“用户管理”权限。',
    until: (day: string) => `邀请有效期至 ${day}。`,
    again: (account: string, platform: string) => `将 ${account} 重新授权给 ${platform}`,
    boundLead: (account: string, merchant: string) =>
      `公众号：${account}，商户：${merchant}。仅该公众号的管理员可以操作。`,
    boundNote: '在微信页面中请保留全部权限的勾选，尤其是“用户管理”。',
  },
};

/** What an invite's link shows: opening it changes nothing, the button does. */
export async function landingPage(invite: InviteDetail, path: string, language: Language): Promise<string> {
  const say = LANDING[language];
  const { title, lead, note } = wording(invite, language);
  const code = new Html(await qrCode(`${invite.publicOrigin}${path}`, { type: 'svg', margin: 1 }));
  const body = html`<p>${lead}</p>
    <form method="post" action="${path}"><button type="submit">${say.button}</button></form>
    <div class="scan">
      <p class="soft">${say.scan}</p>
      <div class="qr">${code}</div>
    </div>
    <p class="soft">${note}</p>
    <p class="soft">${say.until(shanghaiMinute(invite.expiresAt))}</p>`;
  return page(language, { title, tone: 'plain', body });
}

/** A campaign's link names the account it is for: who holds it may administer several. */
function wording(
  { platformName, merchantName, binding }: InviteDetail,
  language: Language,
): { title: string; lead: string; note: string } {
  const say = LANDING[language];
  if (binding === null) return { title: say.title(platformName), lead: say.lead(merchantName), note: say.note };
  const { nickName, appid } = binding;
  const named = nickName === '' ? appid : `${nickName} (${appid})`;
  return {
    title: say.again(nickName || appid, platformName),
    lead: say.boundLead(named, merchantName),
    note: say.boundNote,
  };
}

export function endingPage({ title, text, tone }: Ending, language: Language): string {
  return page(language, { title: title[language], tone, body: html`<p>${text[language]}</p>` });
}
