import { AppError } from '@app/kernel';

/** 61009: the code is not one of this platform's. */
export function codeInvalid(): AppError {
  return new AppError('invalid', 'authorization_code_invalid', {
    message: {
      en: 'WeChat does not know this authorization code. Open the invite again.',
      zh: '微信不认识该授权码，请重新打开授权邀请。',
    },
  });
}

/** 61010: used by somebody else, or over an hour old. */
export function codeExpired(): AppError {
  return new AppError('invalid', 'authorization_code_expired', {
    message: {
      en: 'The authorization code was used already or is over an hour old. Open the invite again.',
      zh: '授权码已使用或已超过 1 小时，请重新打开授权邀请。',
    },
  });
}

export function miniProgramNotSupported(): AppError {
  return new AppError('invalid', 'mini_program_not_supported', {
    message: {
      en: 'Only Official Accounts can be connected; what was authorized is another kind of account.',
      zh: '仅支持接入公众号，本次授权的是其他类型的账号。',
    },
  });
}

/** The twin (redirect or push) still works on the same code. */
export function exchangeBusy(): AppError {
  return new AppError('unavailable', 'authorization_in_progress', {
    message: { en: 'The authorization is still being stored; try again shortly.', zh: '授权仍在处理中，请稍后再试。' },
  });
}
