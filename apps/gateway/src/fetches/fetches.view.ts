import { type FetchPlan, type Refusals, type TaskRow } from '@app/fetching';
import { explainErrcode } from '@app/wechat';

type Language = 'en' | 'zh';

/** The first accounts the gate refuses, and how many there are by reason. */
export function refusalsView({ named, counts }: Refusals, language: Language): object {
  return { refusals: named.map((one) => ({ ...one, message: one.message[language] })), refused: counts };
}

export function planView({ refused, ...plan }: FetchPlan, language: Language): object {
  return { dryRun: true, ...plan, ...refusalsView(refused, language) };
}

/** A task with WeChat's last errcode explained: meaning, what to do, and the rid to quote to WeChat. */
export function taskView(task: TaskRow, language: Language): object {
  const { accountId: account, appid, state, because, nextAttemptAt, calls, endedAt } = task;
  return { account, appid, state, because, nextAttemptAt, calls, endedAt, wechat: lastAnswer(task, language) };
}

function lastAnswer({ errcode, rid }: TaskRow, language: Language): object | null {
  if (errcode === null) return null;
  const entry = explainErrcode(errcode, 'authorizer');
  return { errcode, class: entry.class, meaning: entry.meaning[language], action: entry.action[language], rid };
}
