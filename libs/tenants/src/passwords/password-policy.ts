import { AppError } from '@app/kernel';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** Throws `password_unfit` naming the rule, never the password. */
export function checkPassword(password: string): void {
  if (password.length >= PASSWORD_MIN && password.length <= PASSWORD_MAX) return;
  throw new AppError('invalid', 'password_unfit', {
    message: {
      en: `A password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`,
      zh: `密码长度应为 ${PASSWORD_MIN} 到 ${PASSWORD_MAX} 个字符。`,
    },
    detail: { min: PASSWORD_MIN, max: PASSWORD_MAX },
  });
}

/** How an address is stored and looked up. */
export function normalizedEmail(email: string): string {
  return email.trim().toLowerCase();
}
