import { AppError } from '@app/kernel';
import { CAMPAIGN_MEMBERS_MAX } from './campaign-policy';

/** The same for a foreign id and for one that never existed. */
export function campaignNotFound(): AppError {
  return new AppError('not_found', 'campaign_not_found', {
    message: { en: 'There is no such campaign.', zh: '没有这个重新授权活动。' },
  });
}

export function memberNotFound(): AppError {
  return new AppError('not_found', 'member_not_found', {
    message: {
      en: 'One of these accounts does not exist or is no member of the campaign.',
      zh: '其中有公众号不存在，或不属于该重新授权活动。',
    },
  });
}

export function campaignEmpty(): AppError {
  return new AppError('invalid', 'campaign_empty', {
    message: {
      en: 'Nobody in this scope is to be asked: no account that may be asked lacks a set or its authorization. A dry run tells who is left out and why.',
      zh: '该范围内没有需要请求的公众号：没有可请求的公众号缺少权限集或授权。可用 dryRun 查看未列入者及原因。',
    },
  });
}

export function campaignTooLarge(): AppError {
  return new AppError('invalid', 'campaign_too_large', {
    message: {
      en: `More than ${CAMPAIGN_MEMBERS_MAX} accounts; narrow the scope to a platform, a merchant or a list.`,
      zh: `超过 ${CAMPAIGN_MEMBERS_MAX} 个公众号，请将范围缩小到一个平台、商户或列表。`,
    },
    detail: { limit: CAMPAIGN_MEMBERS_MAX },
  });
}

export function scopeSpansProviders(): AppError {
  return new AppError('invalid', 'scope_spans_providers', {
    message: {
      en: 'These accounts belong to several providers; make a campaign for each.',
      zh: '这些公众号属于多个服务商，请分别创建。',
    },
  });
}

export function campaignOver(because: 'closed' | 'expired'): AppError {
  return because === 'closed'
    ? new AppError('conflict', 'campaign_closed', {
        message: { en: 'The campaign is closed. Make a new one.', zh: '该重新授权活动已关闭，请另行创建。' },
      })
    : new AppError('conflict', 'campaign_expired', {
        message: { en: 'The campaign has expired. Make a new one.', zh: '该重新授权活动已过期，请另行创建。' },
      });
}
