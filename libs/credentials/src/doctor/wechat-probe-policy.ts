import { type Bilingual } from '@app/kernel';
import { type TicketPushState } from '@app/wechat';
import { finding, notChecked, type Finding } from './finding';
import { said } from './wording';

/** WeChat said no. */
export interface Refusal {
  readonly errcode: number;
  /** Meaning and next action, from the catalogue of errcodes. */
  readonly text: Bilingual;
  readonly rid: string | null;
  /** Our own address as WeChat saw it, when it named it. */
  readonly address: string | null;
}

/** What api_start_push_ticket answered: it needs appid and secret, from a listed address, and no token or quota. */
export type ProbeResult =
  | { readonly kind: 'state'; readonly state: TicketPushState; readonly ms: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly ms: number }
  | { readonly kind: 'unreachable'; readonly text: Bilingual };

/** 40090 and 45035 are older twins of 61004; 40164 belongs to an account's own list. */
const ADDRESS_CODES: ReadonlySet<number> = new Set([61004, 40090, 40164, 45035]);
const SECRET_CODES: ReadonlyMap<number, string> = new Map([
  [40125, 'wrong'],
  [40001, 'wrong'],
  [40243, 'frozen'],
]);
const PLATFORM_CODES: ReadonlyMap<number, string> = new Map([
  // On this call 40013 speaks of component_appid (api_startpushticket page).
  [40013, 'unknown'],
  [61011, 'unknown'],
  [61000, 'unknown'],
  [61001, 'unknown'],
  [61028, 'unpublished'],
  [61029, 'republish'],
]);

/** Five findings from one call. What WeChat checks after the refusal is not known: it looks at the platform, the address, then the secret. */
export function probeFindings(result: ProbeResult): Finding[] {
  if (result.kind === 'unreachable') {
    const because = said('WeChat’s API cannot be reached.', '无法访问微信接口。');
    const what = said(
      `No usable answer from WeChat’s API: ${result.text.en}`,
      `未能从微信接口得到可用的应答：${result.text.zh}`,
    );
    const action = said(
      'Let the gateway reach WECHAT_API_ORIGIN: DNS, firewall, proxy.',
      '请确保网关可访问 WECHAT_API_ORIGIN(DNS、防火墙、代理)。',
    );
    const others = (['platform_state', 'ip_white_list', 'app_secret', 'ticket_push'] as const).map((check) =>
      notChecked(check, because),
    );
    return [finding('wechat_api', 'problem', 'unreachable', what, action), ...others];
  }
  const ms = Math.round(result.ms);
  const api = finding(
    'wechat_api',
    'ok',
    'ok',
    said(`WeChat’s API answered in ${ms} ms.`, `微信接口在 ${ms} 毫秒内应答。`),
  );
  const refusal = result.kind === 'refused' ? result.refusal : null;
  return [api, platformFinding(refusal), addressFinding(refusal), secretFinding(refusal), pushFinding(result)];
}

function platformFinding(refusal: Refusal | null): Finding {
  const code = refusal ? PLATFORM_CODES.get(refusal.errcode) : undefined;
  if (!refusal || code === undefined) {
    if (refusal && isElse(refusal)) return notChecked('platform_state', answered(refusal));
    return finding(
      'platform_state',
      'ok',
      'ok',
      said('WeChat knows the platform and serves it.', '微信认可该第三方平台。'),
    );
  }
  return finding('platform_state', 'problem', code, answered(refusal), PLATFORM_ACTION);
}

function addressFinding(refusal: Refusal | null): Finding {
  if (!refusal || SECRET_CODES.has(refusal.errcode)) {
    return finding(
      'ip_white_list',
      'ok',
      'ok',
      said('WeChat takes calls from this machine’s address.', '微信接受来自本机地址的调用。'),
    );
  }
  if (!ADDRESS_CODES.has(refusal.errcode)) return notChecked('ip_white_list', answered(refusal));
  const { address } = refusal;
  const action =
    address === null
      ? said(
          'Add the address from which gateway and workers reach the internet to 白名单 IP 地址列表 in WeChat’s console.',
          '请将网关与工作进程的出口 IP 加入微信后台的“白名单 IP 地址列表”。',
        )
      : said(
          `Add ${address} to 白名单 IP 地址列表 in WeChat’s console.`,
          `请将 ${address} 加入微信后台的“白名单 IP 地址列表”。`,
        );
  return finding('ip_white_list', 'problem', 'not_listed', answered(refusal), action);
}

function secretFinding(refusal: Refusal | null): Finding {
  if (!refusal)
    return finding(
      'app_secret',
      'ok',
      'ok',
      said('WeChat takes the stored AppSecret.', '微信接受所登记的 AppSecret。'),
    );
  const code = SECRET_CODES.get(refusal.errcode);
  if (code === undefined) return notChecked('app_secret', answered(refusal));
  const action = said(
    'Reset the AppSecret in WeChat’s console, or take the right one, and store it with PATCH /api/v1/platforms/{id}.',
    '请在微信后台重置或核对 AppSecret，并通过 PATCH /api/v1/platforms/{id} 登记。',
  );
  return finding('app_secret', 'problem', code, answered(refusal), action);
}

function pushFinding(result: Exclude<ProbeResult, { kind: 'unreachable' }>): Finding {
  if (result.kind === 'refused') return notChecked('ticket_push', answered(result.refusal));
  switch (result.state) {
    case 'was_running':
      return finding('ticket_push', 'ok', 'ok', said('WeChat says it pushes tickets.', '微信表示正在正常推送票据。'));
    case 'was_stopped':
      return finding(
        'ticket_push',
        'warning',
        'was_stopped',
        said(
          'WeChat had stopped pushing tickets; this check started it again.',
          '微信此前已停止推送票据；本次检查已重新启动推送。',
        ),
        said(
          'Wait 10 minutes for the next ticket. If it stops again, look at the finding on the callback: WeChat stops after many failures.',
          '请等待 10 分钟，直到收到下一个票据。若再次停止，请查看回调地址的检查结果：多次推送失败后微信会停止推送。',
        ),
      );
    case 'not_told':
      return finding(
        'ticket_push',
        'notice',
        'not_told',
        said(
          'WeChat took the call, but did not say whether tickets were pushed before.',
          '微信接受了调用，但未说明此前是否在推送票据。',
        ),
        said('See whether a ticket comes within 10 minutes.', '请留意 10 分钟内是否收到票据。'),
      );
  }
}

function isElse({ errcode }: Refusal): boolean {
  return !ADDRESS_CODES.has(errcode) && !SECRET_CODES.has(errcode);
}

/** What WeChat answered, in its number and our words. */
export function answered({ errcode, text, rid }: Refusal): Bilingual {
  const named = rid === null ? '' : `, rid ${rid}`;
  return said(`WeChat answered ${errcode}${named}: ${text.en}`, `微信返回 ${errcode}${named}：${text.zh}`);
}

const PLATFORM_ACTION = said(
  'Compare the component_appid with WeChat’s console (管理中心 → 第三方平台), and see there whether the platform is enabled and published.',
  '请在微信开放平台(管理中心 → 第三方平台)核对 component_appid，并确认平台已启用、已发布。',
);
