import { type Bilingual } from '@app/kernel';
import { gateVerdict, type GatedAccount, type GateRefusal } from '../accounts/gate-policy';
import { finding, type Finding } from './finding';
import { figure, said } from './wording';

/** So many accounts look the same to the gate. */
export interface AccountGroup {
  readonly gate: GatedAccount;
  readonly isOwned: boolean;
  readonly count: number;
}

const WORDS: Readonly<Record<GateRefusal, Bilingual>> = {
  revoked: said('revoked', '授权已取消'),
  never_exchanged: said('never completed', '授权未完成'),
  token_checking: said('whose refresh token is being looked for', '刷新令牌正在核对'),
  token_refused: said('whose refresh token WeChat refuses', '刷新令牌被微信拒绝'),
  cancel_reported: said('whose cancellation is being checked', '取消授权正在核实'),
  not_read: said('not read yet', '尚未读取'),
  not_official_account: said('not an Official Account', '不是公众号'),
  set_missing: said('without permission set 2', '未授予权限集 2'),
  not_verified: said('not verified', '未认证'),
  bad_standing: said('in bad standing', '账号状态异常'),
};

export function gateFinding(groups: readonly AccountGroup[]): Finding {
  const total = sum(groups);
  if (total === 0)
    return finding(
      'accounts_gate',
      'notice',
      'none',
      said('No account is authorized yet.', '尚无公众号授权。'),
      INVITE,
    );
  const refused = new Map<GateRefusal, number>();
  for (const { gate, count } of groups) {
    const verdict = gateVerdict(gate);
    if (!verdict.open) refused.set(verdict.because, (refused.get(verdict.because) ?? 0) + count);
  }
  const closed = [...refused.values()].reduce((all, count) => all + count, 0);
  const parts = [...refused].sort(([, a], [, b]) => b - a);
  const list = {
    en: parts.map(([because, count]) => `${figure(count)} ${WORDS[because].en}`).join(', '),
    zh: parts.map(([because, count]) => `${figure(count)} 个${WORDS[because].zh}`).join('，'),
  };
  const open = said(
    `${figure(total - closed)} of ${figure(total)} accounts can be fetched`,
    `${figure(total)} 个公众号中有 ${figure(total - closed)} 个可拉取数据`,
  );
  if (closed === 0) return finding('accounts_gate', 'ok', 'ok', said(`${open.en}.`, `${open.zh}。`));
  const what = said(`${open.en}; ${list.en}.`, `${open.zh}；${list.zh}。`);
  return finding(
    'accounts_gate',
    closed === total ? 'warning' : 'notice',
    closed === total ? 'all_refused' : 'some_refused',
    what,
    RECONSENT,
  );
}

export function ownerFinding(groups: readonly AccountGroup[]): Finding {
  const count = sum(groups.filter(({ isOwned, gate }) => !isOwned && gate.state !== 'revoked'));
  if (count === 0) {
    return finding(
      'accounts_owner',
      'ok',
      'ok',
      said('Every authorized account belongs to a merchant.', '每个已授权的公众号都有归属商户。'),
    );
  }
  const what = said(
    `${figure(count)} authorized accounts belong to no merchant.`,
    `有 ${figure(count)} 个已授权的公众号没有归属商户。`,
  );
  return finding('accounts_owner', 'notice', 'unowned', what, ASSIGN);
}

function sum(groups: readonly AccountGroup[]): number {
  return groups.reduce((all, { count }) => all + count, 0);
}

const INVITE = said('Invite a merchant.', '请邀请商户授权。');
const RECONSENT = said(
  'GET /api/v1/accounts?platform=… shows for each account what its merchant must do.',
  '通过 GET /api/v1/accounts?platform=… 查看每个公众号的商户应如何处理。',
);
const ASSIGN = said(
  'Invite the merchant they belong to: authorizing through an invite gives the account to that merchant.',
  '请向其所属商户发送邀请：商户通过邀请授权后，公众号即归属该商户。',
);
