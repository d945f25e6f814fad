import { AppError } from '@app/kernel';
import { merchantNotFound } from '../merchants/merchant.errors';
import { providerNotFound } from '../providers/provider.errors';
import { type CareVerdict } from './care-policy';
import { MEMBERSHIPS_MOST, type EndingVerdict, type GrantVerdict } from './membership-policy';

type Refusal = Extract<GrantVerdict, { allowed: false }>['because'];
type EndingRefusal = Extract<EndingVerdict, { allowed: false }>['because'] | 'membership_not_found';

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

export function membershipHeld(): AppError {
  return new AppError('conflict', 'membership_held', {
    message: { en: 'This person has this role there already.', zh: '该用户在此已拥有该角色。' },
  });
}

export function tooManyMemberships(): AppError {
  return new AppError('conflict', 'too_many_memberships', {
    detail: { most: MEMBERSHIPS_MOST },
    message: {
      en: `A person can have ${MEMBERSHIPS_MOST} roles: take one away first.`,
      zh: `每位用户最多拥有 ${MEMBERSHIPS_MOST} 个角色，请先收回一个。`,
    },
  });
}

export function endingRefused(because: EndingRefusal): AppError {
  switch (because) {
    case 'membership_not_found':
      return new AppError('not_found', because, {
        message: { en: 'This person has no such role.', zh: '该用户没有这个角色。' },
      });
    case 'last_provider_admin':
      return new AppError('conflict', because, {
        message: {
          en: 'This is the provider’s last administrator who can log in: give the role to somebody else first.',
          zh: '这是该服务商最后一位可登录的管理员，请先将该角色授予其他人。',
        },
      });
    case 'last_host':
      return new AppError('conflict', because, {
        message: {
          en: 'This is the last host who can log in: give the role to somebody else first.',
          zh: '这是最后一位可登录的部署方，请先将该角色授予其他人。',
        },
      });
  }
}

/** For who has shown all that is asked for: strangers are told that something is wrong, and no more. */
export function noMembership(): AppError {
  return new AppError('denied', 'no_membership', {
    message: {
      en: 'You have no role here any more: ask an administrator to give you one.',
      zh: '您在此已没有任何角色，请联系管理员重新授予。',
    },
  });
}
