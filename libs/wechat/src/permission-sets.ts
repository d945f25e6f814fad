import { type Bilingual } from '@app/kernel';

type Line = readonly [id: number, en: string, zh: string];

/** Sets of Official Accounts and those of mini programs seen in answers (offical_account_authority.html, authority.html). */
const SETS: readonly Line[] = [
  [1, 'messages', '消息管理'],
  [2, 'user management', '用户管理'],
  [3, 'account service', '帐号服务'],
  [4, 'web pages', '网页服务'],
  [5, 'WeChat shop (old)', '微信小店'],
  [6, 'multiple customer service', '微信多客服'],
  [7, 'mass sending and notices', '群发与通知'],
  [8, 'cards and coupons', '微信卡券'],
  [9, 'scanning', '微信扫一扫'],
  [10, 'Wi-Fi', '微信连WIFI'],
  [11, 'material', '素材管理'],
  [12, 'shake nearby', '微信摇周边'],
  [13, 'stores', '微信门店'],
  [14, 'payment', '微信支付'],
  [15, 'custom menu', '自定义菜单'],
  [16, 'verification status', '获取认证状态及信息'],
  [17, 'mini program: account', '小程序帐号管理'],
  [18, 'mini program: development and data', '小程序开发管理与数据分析'],
  [19, 'mini program: customer service', '小程序客服消息'],
  [20, 'mini program: login', '小程序登录'],
  [21, 'mini program: data analysis', '小程序数据分析'],
  [22, 'city services', '城市服务接口'],
  [23, 'advertising', '广告管理'],
  [24, 'open platform account', '开放平台帐号管理'],
  [25, 'mini program: open platform account', '小程序开放平台帐号管理'],
  [26, 'electronic invoices', '微信电子发票'],
  [27, 'fast registration of mini programs', '快速注册小程序'],
  [30, 'mini program: basic information', '小程序基本信息设置'],
  [31, 'mini program: name check', '小程序认证名检测'],
  [33, 'mini program linking', '小程序管理'],
  [34, 'product library', '微信商品库'],
  [44, 'good-things circle', '好物圈'],
  [46, 'one item one code', '微信一物一码'],
  [47, 'fiscal electronic bills', '微信财政电子票据'],
  [54, 'service account dialogue', '服务号对话'],
  [66, 'service market', '服务平台管理'],
  [89, 'service account subscription notices', '服务号订阅通知'],
  [113, 'medical assistant', '微信就医助手'],
  [171, 'debugging of message pushes: mini program', '小程序消息推送调试'],
  [172, 'debugging of message pushes: Official Account', '公众号消息推送调试'],
  [173, 'debugging of message pushes: mini game', '小游戏消息推送调试'],
  [174, 'debugging of message pushes: Channels', '视频号消息推送调试'],
];
const NAMES: ReadonlyMap<number, Bilingual> = new Map(SETS.map(([id, en, zh]) => [id, { en, zh }]));

/** What a permission set is called. WeChat adds sets without notice: one without a name here is called by its number. */
export function permissionSetName(id: number): Bilingual {
  return NAMES.get(id) ?? { en: `permission set ${id}`, zh: `权限集 ${id}` };
}
