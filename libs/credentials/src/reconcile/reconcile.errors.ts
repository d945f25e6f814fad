import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function reconcileNotFound(): AppError {
  return new AppError('not_found', 'reconcile_not_found', {
    message: { en: 'There is no such reconcile run.', zh: '没有这次核对。' },
  });
}

/** @param runId the run that is not over yet, null when it was made this very moment */
export function reconcileOpen(runId: string | null): AppError {
  return new AppError('conflict', 'reconcile_open', {
    message: {
      en: 'A reconcile of this platform that was asked for before is not over yet.',
      zh: '此前请求的该平台核对尚未结束。',
    },
    detail: runId === null ? {} : { run: runId },
  });
}

/** Another process took the run over. */
export function runLost(): AppError {
  return new AppError('conflict', 'reconcile_lease_lost');
}

export function listDoubted(): AppError {
  return new AppError('unavailable', 'authorizer_list_doubted', {
    message: {
      en: 'WeChat’s list lacked most of the accounts kept here, while WeChat still knew those that were asked for one by one. Nothing was concluded from it.',
      zh: '微信的授权列表缺少此处的大多数公众号，但逐个抽查时微信仍承认其授权，因此未据此作任何判断。',
    },
  });
}

export function listIncomplete(): AppError {
  return new AppError('unavailable', 'authorizer_list_incomplete', {
    message: {
      en: 'WeChat’s list kept changing while it was read, so nothing was concluded from accounts it lacks.',
      zh: '读取期间微信的授权列表不断变化，因此未对其中缺少的公众号作任何判断。',
    },
  });
}
