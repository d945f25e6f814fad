import { AppError } from '@app/kernel';

export const TICKET_MISSING = 'ticket_missing';
export const COMPONENT_TOKEN_CAP = 'component_token_cap';
export const QUOTA_CLEARED = 'component_quota_cleared';

export function ticketMissing(): AppError {
  return new AppError('unavailable', TICKET_MISSING, {
    message: {
      en: 'WeChat has not pushed a usable component_verify_ticket yet. Check the event URL, the callback token and the EncodingAESKey; WeChat pushes every 10 minutes.',
      zh: '尚未收到可用的 component_verify_ticket。请检查授权事件接收 URL、消息校验 Token 与 EncodingAESKey；微信每 10 分钟推送一次。',
    },
  });
}

/** Something uses up component tokens faster than they end; WeChat's own limit would keep everybody out, people included. */
export function componentTokenCapReached(cap: number): AppError {
  return new AppError('limited', COMPONENT_TOKEN_CAP, {
    message: {
      en: `The gateway bought ${cap} component tokens today and stops until 00:00 Beijing time: something makes WeChat refuse them. Look for another system that uses the same component_appid.`,
      zh: `网关今日已换取 ${cap} 个 component_access_token，在北京时间 0 点前不再换取：令牌不断被微信判为失效。请检查是否有其他系统在使用同一 component_appid。`,
    },
    detail: { cap },
  });
}

/** WeChat's quota was reset, but WeChat still counts the calls of before. */
export function quotaCleared(cause: unknown): AppError {
  return new AppError('limited', QUOTA_CLEARED, {
    cause,
    message: {
      en: 'WeChat’s quota for component tokens was used up and has been reset; the gateway asks again in 30 minutes.',
      zh: '换取 component_access_token 的微信额度已用完并已清零，网关将在 30 分钟后重试。',
    },
  });
}
