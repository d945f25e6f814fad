import { type Bilingual } from '@app/kernel';
import { finding, type Finding } from './finding';
import { beijing, figure, said } from './wording';

/** Today's use of one call, as openapi/quota/get tells it (it lags by about 1 %). */
export interface CallQuota {
  readonly call: string;
  readonly dailyLimit: number;
  readonly used: number;
  readonly remain: number;
}

const WARNING_SHARE = 0.9;
const NOTICE_SHARE = 0.7;

export function componentQuotaFinding(quotas: readonly CallQuota[]): Finding {
  return quotaFinding('quota_component', quotas, CLEAR);
}

/** `sample` is one authorized account's appid. */
export function datacubeQuotaFinding(sample: { readonly appid: string; readonly quota: CallQuota } | null): Finding {
  if (sample === null) {
    const what = said(
      'No account is authorized yet, so there is no quota to read.',
      '尚无已授权的公众号，没有可查询的额度。',
    );
    return finding('quota_datacube', 'notice', 'no_account', what);
  }
  const { appid, quota } = sample;
  return quotaFinding('quota_datacube', [{ ...quota, call: `${quota.call} (${appid})` }], WAIT);
}

function quotaFinding(
  check: 'quota_component' | 'quota_datacube',
  quotas: readonly CallQuota[],
  action: Bilingual,
): Finding {
  const byUse = quotas.toSorted((a, b) => share(b) - share(a));
  const most = share(byUse[0] ?? { call: '', dailyLimit: 0, used: 0, remain: 0 });
  // All that is short is named; of the rest the fullest alone.
  const short = byUse.filter((quota) => share(quota) >= NOTICE_SHARE);
  const shown = (short.length > 0 ? short : byUse.slice(0, 1)).map(
    ({ call, used, dailyLimit }) => `${call} ${figure(used)}/${figure(dailyLimit)}`,
  );
  const what = said(`Used today: ${shown.join(', ')}.`, `今日用量：${shown.join('，')}。`);
  if (most >= 1) return finding(check, 'problem', 'used_up', what, action);
  if (most >= WARNING_SHARE) return finding(check, 'warning', 'short', what, action);
  if (most >= NOTICE_SHARE) return finding(check, 'notice', 'filling', what, action);
  return finding(check, 'ok', 'ok', what);
}

function share({ dailyLimit, used, remain }: CallQuota): number {
  if (dailyLimit <= 0) return 0;
  return remain <= 0 ? 1 : Math.min(used / dailyLimit, 0.999);
}

const CLEAR = said(
  'Wait until 00:00 in Beijing, or reset the quota in WeChat’s console; 10 resets a month are allowed.',
  '请等到北京时间 00:00，或在微信后台清零额度(每月 10 次)。',
);
const WAIT = said(
  'The gateway goes on after 00:00 in Beijing. Ask the merchant who else calls for this account.',
  '网关会在北京时间 00:00 后继续。请向商户了解还有谁在调用该公众号的接口。',
);

export interface ParkedCall {
  readonly call: string;
  readonly errcode: number;
  readonly until: Date;
}

export function parkedFinding(parked: readonly ParkedCall[]): Finding {
  if (parked.length === 0) return finding('parked_calls', 'ok', 'ok', said('No call is parked.', '没有被暂停的调用。'));
  const list = parked.map(({ call, errcode, until }) => ({ name: `${call} (${errcode})`, until: beijing(until) }));
  const what = said(
    list.map(({ name, until }) => `${name} is parked until ${until}.`).join(' '),
    list.map(({ name, until }) => `${name} 暂停至 ${until}。`).join(''),
  );
  return finding('parked_calls', 'warning', 'parked', what, CLEAR);
}

const RESETS_A_MONTH = 10;
const RESETS_NOTICE = 5;
const RESETS_WARNING = 8;

export function resetsFinding(used: number): Finding {
  const what = said(
    `${used} of ${RESETS_A_MONTH} quota resets used this month by the gateway.`,
    `本月网关已使用 ${used} 次额度清零，上限 ${RESETS_A_MONTH} 次。`,
  );
  const action = said(
    'Find out what uses up the quota before the resets are gone.',
    '请在清零次数用尽前查明额度消耗的原因。',
  );
  if (used >= RESETS_WARNING) return finding('quota_resets', 'warning', 'nearly_used_up', what, action);
  if (used >= RESETS_NOTICE) return finding('quota_resets', 'notice', 'several', what, action);
  return finding('quota_resets', 'ok', 'ok', what);
}
