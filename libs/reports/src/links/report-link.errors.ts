import { AppError } from '@app/kernel';
import { OPEN_LINKS, type LinkVerdict } from './report-link-policy';

/** The same for a foreign id and for one that never existed. */
export function reportLinkNotFound(): AppError {
  return new AppError('not_found', 'report_link_not_found', {
    message: { en: 'There is no such report link.', zh: '没有这个报表链接。' },
  });
}

/** Unknown, expired, revoked and used up are one answer: an outsider learns nothing of what was or is behind it. */
export function reportLinkClosed(): AppError {
  return new AppError('not_found', 'report_link_closed', {
    message: {
      en: 'The link is not complete, or has expired, was revoked or used up. Ask whoever gave it to you for a new one.',
      zh: '链接不完整、已过期、已撤销或下载次数已用完。请向提供者索取新链接。',
    },
  });
}

export function linkRefused({ because }: Extract<LinkVerdict, { allowed: false }>): AppError {
  if (because === 'too_many_links')
    return new AppError('conflict', because, {
      message: {
        en: `There are ${OPEN_LINKS} open links already: revoke one first.`,
        zh: `有效链接已达 ${OPEN_LINKS} 个，请先撤销一个。`,
      },
    });
  return new AppError('denied', because, {
    message: { en: 'You may not read this report, so you cannot share it.', zh: '您无权查看该报表，因此无法分享。' },
  });
}

export function linkOwnerMixed(): AppError {
  return new AppError('invalid', 'link_accounts_mixed', {
    message: {
      en: 'The accounts belong to several merchants or providers: make a link for each.',
      zh: '这些公众号属于多个商户或服务商，请分别创建链接。',
    },
  });
}

export function linkOriginUnknown(): AppError {
  return new AppError('conflict', 'link_origin_unknown', {
    message: {
      en: 'The provider has no platform yet, and a link begins with a platform’s public origin.',
      zh: '服务商尚未登记第三方平台，而链接须使用平台的公开地址。',
    },
  });
}
