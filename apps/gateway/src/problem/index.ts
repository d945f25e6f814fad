export { languageOf, type Language } from './language';
export { asAppError } from './problem';
export { ProblemFilter } from './problem.filter';
export { sendProblem } from './send-problem';
export { frameworkError } from './statuses';
export { validationPipe } from './validation';
