import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function fetchNotFound(): AppError {
  return new AppError('not_found', 'fetch_not_found', {
    message: { en: 'There is no such fetch.', zh: '没有这个数据获取任务。' },
  });
}

export function scopeEmpty(): AppError {
  return new AppError('invalid', 'scope_empty', {
    message: {
      en: 'No account is authorized in this scope yet; invite the merchant first.',
      zh: '该范围内还没有已授权的公众号，请先邀请商户授权。',
    },
  });
}

export function scopeSpansProviders(): AppError {
  return new AppError('invalid', 'scope_spans_providers', {
    message: {
      en: 'These accounts belong to several providers; ask for each provider separately.',
      zh: '这些公众号属于多个服务商，请分别发起。',
    },
  });
}

export function fetchOver(): AppError {
  return new AppError('conflict', 'fetch_over', {
    message: {
      en: 'The fetch is over: there is nothing left to cancel.',
      zh: '该拉取已结束，没有可取消的内容。',
    },
  });
}

export function nothingToRetry(): AppError {
  return new AppError('conflict', 'nothing_to_retry', {
    message: {
      en: 'No part of the fetch failed or was cancelled: there is nothing to try again.',
      zh: '该拉取没有失败或已取消的部分，无需重试。',
    },
  });
}

export function tooManyStreams(most: number): AppError {
  return new AppError('limited', 'too_many_streams', {
    message: {
      en: `You follow ${most} fetches already; close one of those pages first.`,
      zh: `您已同时关注 ${most} 个拉取的进度，请先关闭其中一个页面。`,
    },
  });
}
