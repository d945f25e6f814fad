import { type Refusal, type TaskRow } from '@app/fetching';
import { explainErrcode } from '@app/wechat';

type Language = 'en' | 'zh';

export function refusalView(refusal: Refusal, language: Language): object {
  return { ...refusal, message: refusal.message[language] };
}

/** A task with WeChat's last errcode explained: meaning, what to do, and the rid to quote to WeChat. */
export function taskView(task: TaskRow, language: Language): object {
  const { accountId: account, appid, state, because, nextAttemptAt, endedAt } = task;
  return { account, appid, state, because, nextAttemptAt, endedAt, wechat: lastAnswer(task, language) };
}

function lastAnswer({ errcode, rid }: TaskRow, language: Language): object | null {
  if (errcode === null) return null;
  const entry = explainErrcode(errcode, 'authorizer');
  return { errcode, class: entry.class, meaning: entry.meaning[language], action: entry.action[language], rid };
}
