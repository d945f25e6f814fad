export { Email, Instant, ListOf, OpaqueId, OpaqueIds, Optional, Password, Text, WholeNumber } from './field-rules';
export { sendPage } from './page';
export { PageQuery } from './page-query.dto';
export { WechatAnswerDto, wechatAnswer } from './wechat-answer.dto';
