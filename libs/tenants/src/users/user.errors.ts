import { AppError } from '@app/kernel';
import { merchantNotFound } from '../merchants/merchant.errors';
import { providerNotFound } from '../providers/provider.errors';
import { type CareVerdict } from './care-policy';
import { type GrantVerdict } from './membership-policy';

type Refusal = Extract<GrantVerdict, { allowed: false }>['because'];

export function emailTaken(): AppError {
  return new AppError('conflict', 'email_taken', {
    message: { en: 'Somebody has this e-mail address already.', zh: '该邮箱已被使用。' },
  });
}

export function careRefused(because: Extract<CareVerdict, { allowed: false }>['because']): AppError {
  switch (because) {
    case 'user_not_found':
      return new AppError('not_found', because, {
        message: { en: 'There is no such person.', zh: '没有这个用户。' },
      });
    case 'user_beyond_reach':
      return new AppError('denied', because, {
        message: {
          en: 'This person has roles beyond yours: somebody who looks after all of them must do it.',
          zh: '该用户还拥有您管辖之外的角色，须由能管理其全部角色的管理员处理。',
        },
      });
    case 'own_account':
      return new AppError('denied', because, {
        message: {
          en: 'This is your own account: change it with your password, or ask another administrator.',
          zh: '这是您自己的账户：请凭密码自行更改，或请其他管理员处理。',
        },
      });
  }
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
