export { languageOf, type Language } from './language';
export { asAppError, problemOf, type Problem } from './problem';
export { ProblemFilter } from './problem.filter';
export { sendProblem } from './send-problem';
export { frameworkError } from './statuses';
export { isWechatPath, WECHAT_ROOTS, wechatRefusal } from './wechat-answer';
export { unknownFields, ValidationFailed, validationPipe } from './validation';
