import { type Bilingual } from '@app/kernel';

/** Why each check matters; its keys are the checks, in the order they are shown. */
export const WHY = {
  callback: {
    en: 'WeChat pushes tickets and authorizations here, waits 5 s at most, and takes nothing but the 7 bytes “success”. Without tickets no token can be bought 12 hours later.',
    zh: '微信向此地址推送票据与授权事件，最多等待 5 秒，且只认 7 个字节的“success”。收不到票据，12 小时后将无法换取令牌。',
  },
  push_signatures: {
    en: 'A push that does not open with our callback token and EncodingAESKey is lost: tickets and authorizations do not arrive.',
    zh: '无法用所登记的消息校验 Token 与 EncodingAESKey 解开的推送等于丢失：票据与授权事件都收不到。',
  },
  public_origin: {
    en: 'WeChat pushes to ports 80 and 443 only, and opens its authorization page only from the domain configured in its console.',
    zh: '微信只向 80 与 443 端口推送，且只允许从后台所配置的“授权发起页域名”打开授权页。',
  },
  connect_page: {
    en: 'WeChat checks the Referer of its authorization page, and browsers obey the page’s form-action: without both headers merchants cannot authorize.',
    zh: '微信会检查授权页的 Referer，浏览器遵守页面的 form-action：缺少这两个响应头，商户将无法完成授权。',
  },
  wechat_api: {
    en: 'Every token and every number comes from WeChat’s API.',
    zh: '所有令牌与数据都来自微信接口。',
  },
  platform_state: {
    en: 'WeChat serves only platforms it knows, that are enabled, and, for accounts other than test accounts, fully released.',
    zh: '微信只为存在且启用的第三方平台服务；测试公众号以外的账号还要求平台已全网发布。',
  },
  ip_white_list: {
    en: 'WeChat refuses every call from an address that is not in the platform’s white list.',
    zh: '来自白名单以外地址的调用，微信一律拒绝。',
  },
  app_secret: {
    en: 'The AppSecret buys component tokens. A reset at WeChat makes the old one useless at once.',
    zh: 'AppSecret 用于换取平台令牌；在微信后台重置后，旧值立即失效。',
  },
  ticket: {
    en: 'WeChat pushes a ticket every 10 minutes. Each lives 12 hours, and without one no component token can be bought.',
    zh: '微信每 10 分钟推送一次票据，每个有效 12 小时；没有票据就无法换取平台令牌。',
  },
  ticket_push: {
    en: 'WeChat may stop pushing tickets and tells nobody.',
    zh: '微信可能停止推送票据，且不会通知任何人。',
  },
  component_token: {
    en: 'Every call for the platform and every account token depends on the component token. WeChat sells about 10,000 a day.',
    zh: '平台的所有调用与所有账号令牌都依赖平台令牌；微信每天约可换取 10,000 次。',
  },
  clock: {
    en: 'Days begin at 00:00 in Beijing, yesterday’s numbers come at 08:00, codes and tickets carry WeChat’s time.',
    zh: '北京时间 00:00 换日，08:00 才有昨日数据，授权码与票据都带有微信的时间。',
  },
  quota_component: {
    en: 'A component call whose daily quota is used up is refused until 00:00 in Beijing.',
    zh: '平台接口当日额度用完后，微信会一直拒绝到北京时间 00:00。',
  },
  quota_datacube: {
    en: 'Calls for an account use up the account’s own daily quota, which its own servers and other providers share.',
    zh: '代公众号调用消耗的是该公众号自身的每日额度，其自有服务器与其他服务商也共用该额度。',
  },
  parked_calls: {
    en: 'The gateway leaves a call alone while WeChat’s quota for it is used up.',
    zh: '微信的某项额度用完期间，网关不会再发起该调用。',
  },
  quota_resets: {
    en: 'WeChat allows 10 quota resets a month; they are the way out when the quota for component tokens is used up.',
    zh: '微信每月只允许清零额度 10 次；平台令牌额度用完时，清零是唯一出路。',
  },
  other_environment: {
    en: 'Two installations with one component_appid make each other’s tokens invalid, and only one of them gets the tickets.',
    zh: '两套系统共用一个 component_appid 会互相作废令牌，且只有一方能收到票据。',
  },
  accounts_gate: {
    en: 'Numbers are fetched only for accounts that granted permission set 2, are verified and in good standing.',
    zh: '只有授予权限集 2、已认证且状态正常的公众号才能拉取数据。',
  },
  accounts_owner: {
    en: 'An account without a merchant is seen by provider staff alone; no merchant gets its numbers.',
    zh: '没有归属商户的公众号只有服务商人员可见，任何商户都看不到其数据。',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type CheckId = keyof typeof WHY;
export const CHECKS = Object.keys(WHY) as readonly CheckId[];
