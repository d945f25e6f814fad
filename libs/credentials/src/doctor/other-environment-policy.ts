import { type Bilingual } from '@app/kernel';
import { finding, type Finding } from './finding';
import { figure, said } from './wording';

/** Everything that may tell of a second installation with the same component_appid (pitfall 12). */
export interface RivalFacts {
  readonly componentRejectedToday: number;
  readonly accountRejectedToday: number;
  /** Component tokens: bought by us today, and what WeChat counts; null when unknown. */
  readonly boughtToday: number | null;
  readonly countedByWechat: number | null;
  /** WeChat refused our stored component token just now, before its time. */
  readonly tokenRefusedNow: boolean;
  /** WeChat says it pushes tickets, our callback works, no push was refused, and yet no ticket came for half an hour. */
  readonly ticketsGoElsewhere: boolean;
}

interface Sign {
  /** 1 may have another cause; 2 hardly has one. */
  readonly weight: 1 | 2;
  readonly seen: Bilingual;
}

/** quota/get lags and counts refused tries too. */
const MARGIN = 5;
const MARGIN_SHARE = 0.02;
/** One rejection a day may be a re-authorization. */
const FEW = 3;

export function otherEnvironmentFinding(facts: RivalFacts): Finding {
  const signs = signsIn(facts);
  if (signs.length === 0) {
    const what = said(
      'Nothing tells of another installation using this component_appid.',
      '没有迹象表明其他系统在使用该 component_appid。',
    );
    return finding('other_environment', 'ok', 'ok', what);
  }
  const weight = signs.reduce((sum, sign) => sum + sign.weight, 0);
  const sure = weight >= 3 ? CERTAIN : weight === 2 ? LIKELY : POSSIBLE;
  const what = said(
    [...signs.map(({ seen }) => seen.en), sure.en].join(' '),
    [...signs.map(({ seen }) => seen.zh), sure.zh].join(''),
  );
  if (weight >= 3) return finding('other_environment', 'problem', 'certain', what, ONE_OWNER);
  if (weight === 2) return finding('other_environment', 'warning', 'likely', what, ONE_OWNER);
  return finding('other_environment', 'notice', 'possible', what, ONE_OWNER);
}

function signsIn(facts: RivalFacts): Sign[] {
  const signs: Sign[] = [];
  const { componentRejectedToday: component, accountRejectedToday: account, boughtToday, countedByWechat } = facts;
  if (component + account > 0) {
    signs.push({
      weight: component >= FEW ? 2 : 1,
      seen: said(
        `WeChat refused ${component} component and ${account} account tokens before their time today.`,
        `今日有 ${component} 个平台令牌、${account} 个账号令牌在到期前被微信拒绝。`,
      ),
    });
  }
  if (boughtToday !== null && countedByWechat !== null && countedByWechat > boughtToday + margin(boughtToday)) {
    signs.push({
      weight: 2,
      seen: said(
        `WeChat counts ${figure(countedByWechat)} purchases of component tokens today, the gateway made ${figure(boughtToday)}.`,
        `微信统计今日换取平台令牌 ${figure(countedByWechat)} 次，而网关只换取了 ${figure(boughtToday)} 次。`,
      ),
    });
  }
  if (facts.tokenRefusedNow) {
    signs.push({
      weight: 1,
      seen: said('WeChat refuses the stored component token before its time.', '所保存的平台令牌未到期即被微信拒绝。'),
    });
  }
  if (facts.ticketsGoElsewhere) {
    signs.push({
      weight: 2,
      seen: said(
        'WeChat says it pushes tickets and our callback works, but none has come for half an hour: the console names another event URL.',
        '微信表示正在推送票据，我方回调也正常，但半小时内未收到票据：微信后台登记的可能是另一个授权事件接收 URL。',
      ),
    });
  }
  return signs;
}

function margin(bought: number): number {
  return Math.max(MARGIN, Math.ceil(bought * MARGIN_SHARE));
}

const CERTAIN = said('That is almost certainly another installation.', '几乎可以确定存在另一套系统。');
const LIKELY = said('That is probably another installation.', '很可能存在另一套系统。');
const POSSIBLE = said(
  'That may be another installation, or a single re-authorization.',
  '可能存在另一套系统，也可能只是一次重新授权。',
);
const ONE_OWNER = said(
  'Look for a test, stage or old installation with this component_appid and stop its token calls; give each environment a platform of its own. Reset the AppSecret if you cannot find it.',
  '请查找使用同一 component_appid 的测试、预发布或旧系统，并停止其令牌调用；每个环境应使用各自的第三方平台。若无法找到，请重置 AppSecret。',
);
