export { csvHeaders } from './csv-answer';
export { Email, Instant, ListOf, OpaqueId, OpaqueIds, Optional, Password, Text, WholeNumber } from './field-rules';
export { goneSignal } from './gone-signal';
export { iso } from './iso';
export { sendPage } from './page';
export { PageQuery } from './page-query.dto';
export { isUnchanged, Versioned } from './versioned-answer';
export { WechatAnswerDto, wechatAnswer } from './wechat-answer.dto';
