import { AppError } from '@app/kernel';

export function inviteUnknown(): AppError {
  return new AppError('not_found', 'invite_unknown', {
    message: { en: 'This invite does not exist. Ask for a new one.', zh: '该授权邀请不存在，请索取新的邀请。' },
  });
}

export function inviteClosed(because: 'used' | 'expired'): AppError {
  return because === 'used'
    ? new AppError('conflict', 'invite_used', {
        message: { en: 'This invite was used already. Ask for a new one.', zh: '该授权邀请已使用，请索取新的邀请。' },
      })
    : new AppError('conflict', 'invite_expired', {
        message: { en: 'This invite has expired. Ask for a new one.', zh: '该授权邀请已过期，请索取新的邀请。' },
      });
}

export function platformRequired(): AppError {
  return new AppError('invalid', 'platform_required', {
    message: {
      en: 'Name the platform: the merchant’s provider has several, or none yet.',
      zh: '该服务商有多个第三方平台或尚未登记，请指明 platform。',
    },
  });
}
