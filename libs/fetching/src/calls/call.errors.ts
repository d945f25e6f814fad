import { AppError } from '@app/kernel';
import { type AppidPause } from './appid-pause.repository';

export const APPID_PAUSED = 'appid_paused';
export const CIRCUIT_OPEN = 'wechat_circuit_open';

/** WeChat's quota for the appid was used up a while ago, by whomever. `detail.until`: ISO 8601. */
export function appidPaused({ endsAt, errcode, rid }: AppidPause): AppError {
  const until = endsAt.toISOString();
  return new AppError('limited', APPID_PAUSED, {
    message: {
      en: `WeChat’s quota for this account is used up (${errcode}); nobody calls for it before ${until}.`,
      zh: `该公众号的微信接口额度已用完(${errcode})，${until} 之前不再调用。`,
    },
    detail: { until, errcode, rid },
  });
}

/** Calls of a platform failed one after another: none is made for some seconds. */
export function circuitOpen(cause: unknown): AppError {
  return new AppError('unavailable', CIRCUIT_OPEN, {
    cause,
    message: {
      en: 'WeChat does not answer at present; the gateway tries again in some seconds.',
      zh: '微信接口暂时没有响应，网关将在数秒后重试。',
    },
  });
}
