import { PASSWORD_MAX, PASSWORD_MIN, type OpenLink } from '@app/tenants';
import { html } from '../connect/html';
import { page, shanghaiMinute } from '../connect/page-layout';
import { type Language } from '../problem';

const SAY = {
  en: {
    join: (name: string) => `Welcome, ${name}`,
    reset: () => 'Set a new password',
    lead: (email: string) => `For ${email}. You log in with this address and the password you choose here.`,
    label: `New password (${PASSWORD_MIN} to ${PASSWORD_MAX} characters)`,
    button: 'Set password',
    until: (time: string) => `This link works once, until ${time}.`,
    done: 'Your password is set',
    doneText: 'All earlier sessions are ended. You can log in now.',
    over: 'This link cannot be used',
  },
  zh: {
    join: (name: string) => `${name}，欢迎加入`,
    reset: () => '设置新密码',
    lead: (email: string) => `账户：${email}。请使用该邮箱和您在此设置的密码登录。`,
    label: `新密码（${PASSWORD_MIN} 到 ${PASSWORD_MAX} 个字符）`,
    button: '设置密码',
    until: (time: string) => `该链接仅可使用一次，有效期至 ${time}。`,
    done: '密码已设置',
    doneText: '此前的会话均已结束，您现在可以登录。',
    over: '该链接无法使用',
  },
};

export function formPage(
  { purpose, email, name, expiresAt }: OpenLink,
  path: string,
  fault: string | null,
  language: Language,
): string {
  const say = SAY[language];
  const body = html`<p>${say.lead(email)}</p>
    ${fault === null ? '' : html`<p role="alert"><strong>${fault}</strong></p>`}
    <form method="post" action="${path}">
      <input type="email" name="email" value="${email}" autocomplete="username" readonly hidden />
      <label
        >${say.label}
        <input
          type="password"
          name="password"
          autocomplete="new-password"
          minlength="${String(PASSWORD_MIN)}"
          maxlength="${String(PASSWORD_MAX)}"
          required
          autofocus
      /></label>
      <button type="submit">${say.button}</button>
    </form>
    <p class="soft">${say.until(shanghaiMinute(expiresAt))}</p>`;
  return page(language, { title: say[purpose](name), tone: fault === null ? 'plain' : 'warning', body });
}

export function donePage(language: Language): string {
  const say = SAY[language];
  return page(language, { title: say.done, tone: 'good', body: html`<p>${say.doneText}</p>` });
}

export function overPage(text: string, language: Language): string {
  return page(language, { title: SAY[language].over, tone: 'bad', body: html`<p>${text}</p>` });
}
