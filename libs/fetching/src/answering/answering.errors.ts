import { AppError } from '@app/kernel';
import { type TaskState } from '../task-states';
import { type AskedTask } from './answer-policy';

/** It goes on by itself; who asks again later finds the days. */
export function daysNotFetched(): AppError {
  return new AppError('unavailable', 'days_not_fetched', {
    message: {
      en: 'The days are being fetched; ask again in a minute.',
      zh: '数据正在获取，请一分钟后再试。',
    },
  });
}

/** What WeChat said of the account. What it said of our tokens, or of our call, means nothing to who asks. */
const TOLD: readonly TaskState[] = ['waiting_quota', 'waiting_permission'];

/** `detail.errcode` is 45011's reason, too: too many calls at once. */
export function tooManyWaits(): AppError {
  return new AppError('limited', 'too_many_waits', {
    message: {
      en: 'Too many windows of missing days are asked for at once; ask for them one after another.',
      zh: '同时请求的缺失时段过多，请逐个请求。',
    },
    detail: { errcode: 45011 },
  });
}

/** `detail.errcode`: what WeChat said last, null when it said nothing; `detail.because`: why the task waits or ended. */
export function daysRefused({ state, because, errcode, rid }: AskedTask): AppError {
  const kind = state === 'waiting_quota' ? 'limited' : 'unavailable';
  return new AppError(kind, 'days_refused', {
    message: {
      en: `The days could not be fetched (${because ?? state}).`,
      zh: `未能获取数据(${because ?? state})。`,
    },
    // An older errcode stays with the task while it waits for something else.
    detail: { errcode: TOLD.includes(state) && because === `wechat_${String(errcode)}` ? errcode : null, rid, because },
  });
}
