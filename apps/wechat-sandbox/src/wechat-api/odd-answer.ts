import { type FaultSwitches } from '../faults/fault-switches';

type Fields = Record<string, unknown>;

const TOKEN_FIELDS = ['component_access_token', 'authorizer_access_token', 'pre_auth_code'];

/** The answer with its token or lifetime spoiled, when the switches say so. Answers without a token stay as they are. */
export function spoiled(answer: object | string, path: string, faults: FaultSwitches): object | string {
  if (typeof answer === 'string' || !path.includes(faults.values.oddAnswerPath)) return answer;
  const outer = answer as Fields;
  const inner = outer['authorization_info'] as Fields | undefined;
  const holder = inner ?? outer;
  const token = TOKEN_FIELDS.find((name) => name in holder);
  if (token === undefined) return answer;
  const changed = { ...holder };
  if (faults.take('expiresInMissing')) delete changed['expires_in'];
  else if (faults.take('expiresInZero')) changed['expires_in'] = 0;
  else if (faults.take('emptyTokenAnswers')) changed[token] = '';
  return inner === undefined ? changed : { ...outer, authorization_info: changed };
}
