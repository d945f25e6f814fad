import { type Bilingual } from '@app/kernel';
import { type ReconcileReason } from './reconcile-policy';

/** What each reason means and what it asks of whom. */
export const REASON_TEXTS: Readonly<Record<ReconcileReason, Bilingual>> = {
  unknown_here: {
    en: 'WeChat lists this account, and it was unknown here. Assign it to a merchant.',
    zh: '微信列出了该公众号，而此处尚无记录。请将其归属到商户。',
  },
  never_exchanged: {
    en: 'WeChat lists the account without a refresh token: since its last authorization no authorization code was exchanged. If it stays so, send a new invite.',
    zh: '微信列出了该公众号但没有刷新令牌：自上次授权以来授权码未被换取。若持续如此，请发送新的授权邀请。',
  },
  token_missing: {
    en: 'The refresh token was missing here; WeChat’s list has it.',
    zh: '此处缺少刷新令牌，微信的授权列表中有。',
  },
  token_changed: {
    en: 'WeChat lists another refresh token than the stored one.',
    zh: '微信列出的刷新令牌与此处保存的不同。',
  },
  token_refused: {
    en: 'WeChat refuses the refresh token and lists no other. Send a new invite; an administrator of the account must authorize again.',
    zh: '微信拒绝了该刷新令牌，也没有列出其他令牌。请发送新的授权邀请，由公众号管理员重新授权。',
  },
  listed_again: {
    en: 'There was no usable refresh token; WeChat lists one now.',
    zh: '此前没有可用的刷新令牌，现在微信列出了一个。',
  },
  authorized_since: {
    en: 'The account was authorized again after its cancellation, and the event never arrived.',
    zh: '该公众号取消授权后又重新授权，而对应的推送未曾收到。',
  },
  not_listed: {
    en: 'WeChat lists this account no longer. Its details are read: only errcode 61003 there ends the authorization.',
    zh: '微信已不再列出该公众号。将读取其详情：仅当返回 61003 时才视为授权结束。',
  },
  list_doubted: {
    en: 'WeChat’s list lacks most accounts, yet INFO knew those of them that were asked for: the list is not believed, and nothing was done. The next run looks again.',
    zh: '微信的授权列表缺少大多数公众号，而抽查的公众号详情均正常：该列表不可信，未作任何处理，下一次核对再检查。',
  },
  listed_though_cancelled: {
    en: 'WeChat lists an account that was cancelled later. Its details are read, which tell what holds.',
    zh: '微信列出的公众号在其后已取消授权。将读取其详情以确认实际状态。',
  },
  older_listing: {
    en: 'The stored authorization is newer than the one listed. The account’s details are read, which tell what holds.',
    zh: '此处保存的授权比列表中的更新。将读取该公众号详情以确认实际状态。',
  },
  authorized_meanwhile: {
    en: 'The account was authorized while the list was read; the next run looks at it.',
    zh: '读取列表期间该公众号正在授权，下一次核对再处理。',
  },
};
