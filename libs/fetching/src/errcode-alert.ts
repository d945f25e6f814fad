import { unexpectedErrcodes } from '@app/platform';
import { WechatApiError } from '@app/wechat';
import { type Logger } from '@nestjs/common';
import { type Asked } from './turn-steps';

/** WeChat answered what nobody here knows, or that we called it wrongly: the task failed, and somebody has to look. */
export function alertUnexpected(logger: Logger, asked: readonly Asked[]): void {
  for (const { outcome, account, window } of asked) {
    const { error } = outcome;
    if (!(error instanceof WechatApiError) || !['unknown', 'caller_error'].includes(error.errcodeClass)) continue;
    const { errcode, rid } = error;
    unexpectedErrcodes.inc({ errcode: String(errcode) });
    logger.error({ msg: 'unexpected errcode: the task failed', errcode, rid, appid: account.appid, ...window });
  }
}
