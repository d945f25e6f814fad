import { type SwitchValues } from '../faults/switch-table';
import { type Account, type AccountKind } from '../state/model';

/** Ids and names of WeChat's permission pages (product/third_platform/authority), as far as they are published. */
const OFFICIAL: readonly (readonly [number, string])[] = [
  [1, '消息管理 Messages'],
  [2, '用户管理 Users'],
  [3, '帐号服务 Account service'],
  [4, '网页服务 Web pages'],
  [6, '微信多客服 Customer service'],
  [7, '群发与通知 Mass send and notices'],
  [8, '微信卡券 Cards'],
  [9, '微信扫一扫 Scan'],
  [10, '微信连WIFI Wi-Fi'],
  [11, '素材管理 Material'],
  [12, '微信摇周边 Shake nearby'],
  [13, '微信门店 Stores'],
  [15, '自定义菜单 Menu'],
  [22, '城市服务 City service'],
  [23, '广告管理 Ads'],
  [24, '开放平台帐号管理 Open-platform account'],
  [26, '微信电子发票 E-invoice'],
  [27, '快速注册小程序 Fast mini program'],
  [33, '小程序管理 Mini program linking'],
  [34, '微信商品库 Product library'],
  [44, '好物圈 Good-things circle'],
  [46, '微信一物一码 One item, one code'],
  [47, '微信财政电子票据 Fiscal e-bill'],
  [54, '服务号对话 Service dialogue'],
  [66, '服务市场 Service market'],
  [89, '服务号订阅通知 Subscription notices'],
];
const MINI: readonly (readonly [number, string])[] = [
  [17, '获取二维码 Code image'],
  [18, '开发管理与数据分析 Development and data'],
  [19, '客服消息 Customer service'],
  [20, '小程序登录 Login'],
  [21, '数据分析 Data analysis'],
  [25, '开放平台帐号管理 Open-platform account'],
  [30, '基本信息设置 Basic information'],
  [31, '小程序认证名称检测 Name check'],
];
const NAMES = new Map([...OFFICIAL, ...MINI]);

export const setName = (id: number): string => NAMES.get(id) ?? `权限集 Set ${id}`;

export const grantableSets = (kind: AccountKind): number[] => (kind === 'mini' ? MINI : OFFICIAL).map(([id]) => id);

/** What a platform asks for when its registration names nothing: a small list of both kinds. */
export const DEFAULT_PLATFORM_SETS: readonly number[] = [1, 2, 3, 7, 11, 15, 17, 18, 19, 30];

export const setsWithin = (wanted: readonly number[], account: Account): number[] =>
  [...new Set(wanted)].filter((id) => account.sets.includes(id)).sort((a, b) => a - b);

/** Sets on which confirm_info was observed in the field; its meaning is undocumented. */
const WITH_CONFIRM_INFO: readonly number[] = [3, 18, 25, 30, 31];

type Bit = 0 | 1;

export interface FuncInfo {
  readonly funcscope_category: { readonly id: number };
  readonly confirm_info?: { readonly need_confirm: Bit; readonly already_confirm: Bit; readonly can_confirm: Bit };
}

const CONFIRM_INFO = {
  nothing: { need_confirm: 0, already_confirm: 0, can_confirm: 0 },
  needed: { need_confirm: 1, already_confirm: 0, can_confirm: 1 },
  confirmed: { need_confirm: 1, already_confirm: 1, can_confirm: 0 },
} as const;

export function funcInfo(sets: readonly number[], values: Readonly<SwitchValues>): FuncInfo[] {
  const { confirmInfo, confirmInfoOnAll, confirmInfoSays } = values;
  return sets.map((id) => ({
    funcscope_category: { id },
    ...(confirmInfoOnAll || (confirmInfo && WITH_CONFIRM_INFO.includes(id))
      ? { confirm_info: CONFIRM_INFO[confirmInfoSays] }
      : {}),
  }));
}
