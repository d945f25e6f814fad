import { type Bilingual } from '@app/kernel';
import { type ConnectOutcome } from '@app/credentials';
import { joined, type Ending } from './ending-text';

/** How a campaign's link ends before WeChat's page. */
export const BOUND_ENDS: Readonly<Record<string, Omit<Ending, 'kind'>>> = {
  invite_fulfilled: {
    status: 200,
    tone: 'good',
    title: { en: 'Nothing is left to do', zh: '无需再操作' },
    text: {
      en: 'The account grants all that was asked for. You may close this page.',
      zh: '该公众号已授予所需的全部权限，可以关闭本页。',
    },
  },
  invite_replaced: {
    status: 410,
    tone: 'warning',
    title: { en: 'There is a newer link', zh: '链接已更新' },
    text: {
      en: 'This link was replaced. Use the newest one you received, or ask your service provider for it.',
      zh: '本链接已被新链接取代。请使用最新收到的链接，或联系服务商获取。',
    },
  },
  invite_closed: {
    status: 410,
    tone: 'warning',
    title: { en: 'This request is over', zh: '本次授权请求已结束' },
    text: {
      en: 'Your service provider closed it. Ask there if the account is still to be authorized.',
      zh: '服务商已结束本次请求。如仍需授权，请联系服务商。',
    },
  },
};

/** What a campaign's link brought; null for an ordinary invite, and where the ordinary text says it better. */
export function endingOfBound({ accountName, gate, bound }: ConnectOutcome): Ending | null {
  if (bound === null) return null;
  if (bound.isOther) return otherAccount(accountName, bound.accountName);
  if (bound.missingSets.length > 0) {
    return {
      kind: 'granted_in_part',
      status: 200,
      tone: 'warning',
      title: { en: 'A permission is still missing', zh: '仍有权限未授予' },
      text: joined(
        {
          en: `${accountName} is authorized, but does not grant: ${bound.missingSets.map(english).join(', ')}.`,
          zh: `${accountName} 已授权，但未授予：${bound.missingSets.map(chinese).join('、')}。`,
        },
        {
          en: 'Open the link again and leave every permission ticked.',
          zh: '请重新打开链接，并保留全部权限的勾选。',
        },
      ),
    };
  }
  const granted: Bilingual = {
    en: `${accountName} grants all that was asked for.`,
    zh: `${accountName} 已授予所需的全部权限。`,
  };
  return {
    kind: gate.open ? 'granted' : 'granted_but_closed',
    status: 200,
    tone: gate.open ? 'good' : 'warning',
    title: gate.open
      ? { en: 'All permissions were granted', zh: '权限已全部授予' }
      : { en: 'Granted, but data cannot be fetched yet', zh: '权限已授予，但暂时无法获取数据' },
    text: joined(granted, gate.open ? { en: 'You may close this page.', zh: '可以关闭本页。' } : gate.message),
  };
}

/** WeChat lets only the account of `biz_appid` through, so this is not expected; what it granted is stored all the same. */
function otherAccount(came: string, meant: string): Ending {
  return {
    kind: 'other_account',
    status: 409,
    tone: 'warning',
    title: { en: 'Another account was authorized', zh: '授权的是另一个公众号' },
    text: {
      en: `This link is for ${meant}, but ${came} was authorized. That is kept, and ${meant} still has to be authorized: open the link again as its administrator.`,
      zh: `本链接用于 ${meant}，而本次授权的是 ${came}。该授权已保存，但 ${meant} 仍需授权：请以其管理员身份重新打开链接。`,
    },
  };
}

const english = (id: number): string => (id === 2 ? 'user management (permission set 2)' : `permission set ${id}`);
const chinese = (id: number): string => (id === 2 ? '“用户管理”（权限集 2）' : `权限集 ${id}`);
