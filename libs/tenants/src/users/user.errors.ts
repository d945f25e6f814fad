import { AppError } from '@app/kernel';
import { merchantNotFound } from '../merchants/merchant.errors';
import { providerNotFound } from '../providers/provider.errors';
import { type GrantVerdict } from './membership-policy';

type Refusal = Extract<GrantVerdict, { allowed: false }>['because'];

export function emailTaken(): AppError {
  return new AppError('conflict', 'email_taken', {
    message: { en: 'Somebody has this e-mail address already.', zh: '该邮箱已被使用。' },
  });
}

export function grantRefused(because: Refusal): AppError {
  switch (because) {
    case 'provider_not_found':
      return providerNotFound();
    case 'merchant_not_found':
      return merchantNotFound();
    case 'role_not_grantable':
      return new AppError('denied', because, {
        message: { en: 'You cannot give this role.', zh: '您无权授予该角色。' },
      });
    case 'membership_scope_invalid':
      return new AppError('invalid', because, {
        message: {
          en: 'A provider role names a provider, a merchant role a merchant, host neither.',
          zh: '服务商角色须指明 provider，商户角色须指明 merchant,host 两者都不填。',
        },
      });
  }
}
