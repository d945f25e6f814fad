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
