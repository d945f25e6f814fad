import { AppError } from '@app/kernel';

export const ENDPOINTS_MAX = 10;

/** The same for a foreign id and for one that never existed. */
export function webhookNotFound(): AppError {
  return new AppError('not_found', 'webhook_not_found', {
    message: { en: 'There is no such webhook.', zh: '没有这个 Webhook。' },
  });
}

export function deliveryNotFound(): AppError {
  return new AppError('not_found', 'webhook_delivery_not_found', {
    message: { en: 'There is no such delivery.', zh: '没有这条投递记录。' },
  });
}

export function tooManyWebhooks(): AppError {
  return new AppError('conflict', 'too_many_webhooks', {
    message: {
      en: `There are ${ENDPOINTS_MAX} webhooks already: delete one first.`,
      zh: `Webhook 已达 ${ENDPOINTS_MAX} 个，请先删除一个。`,
    },
  });
}

export function webhookOwnerNeeded(): AppError {
  return new AppError('invalid', 'webhook_owner_needed', {
    message: { en: 'Name the provider whose webhook it is.', zh: '请指明 Webhook 所属的 provider。' },
  });
}

export function webhookDisabled(): AppError {
  return new AppError('conflict', 'webhook_disabled', {
    message: { en: 'The webhook is disabled: enable it first.', zh: 'Webhook 已停用，请先启用。' },
  });
}

export function deliveryUnderWay(): AppError {
  return new AppError('conflict', 'webhook_delivery_under_way', {
    message: { en: 'The delivery is not over yet: it is sent by itself.', zh: '投递尚未结束，系统会自动发送。' },
  });
}
