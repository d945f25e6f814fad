import { ApiProperty } from '@nestjs/swagger';
import { explainErrcode } from '@app/wechat';

/** What WeChat answered, explained. */
export class WechatAnswerDto {
  errcode: number;
  /** What the gateway makes of it. */
  class: string;
  /** What it means, and what to do, in the language asked for. */
  meaning: string;
  action: string;
  /** Name it when you ask WeChat about the call. */
  @ApiProperty({ type: String, nullable: true })
  rid: string | null;
}

/** Null when WeChat gave no errcode. */
export function wechatAnswer(
  errcode: number | null,
  rid: string | null,
  language: 'en' | 'zh',
): WechatAnswerDto | null {
  if (errcode === null) return null;
  const entry = explainErrcode(errcode, 'authorizer');
  return { errcode, class: entry.class, meaning: entry.meaning[language], action: entry.action[language], rid };
}
