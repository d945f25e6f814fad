import { AppError } from '@app/kernel';
import { asAppError, problemOf, type Problem } from '../problem';
import { type Operation } from './operation';
import { NOT_FOUND, OF_KIND, OF_ROUTE, type Refusal } from './route-refusals';

const REQUEST_ID = 'req_01jd3v6s0c9k2m4n6p8q0r2t4v';

/** Tells which problems a route may answer, each by its code and as it looks. */
export function addProblems(method: string, path: string, operation: Operation): void {
  const seen = new Set<string>();
  const problems = refusalsOf(method, path, operation).map(problemFrom);
  problems.sort((a, b) => a.status - b.status);
  for (const problem of problems.filter(({ code }) => !seen.has(code) && seen.add(code))) {
    const name = String(problem.status);
    const response = (operation.responses[name] ??= { description: problem.title });
    response.content ??= { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } };
    const content = response.content['application/problem+json'];
    if (content)
      content.examples = { ...content.examples, [problem.code]: { summary: problem.detail, value: problem } };
  }
}

function refusalsOf(method: string, path: string, operation: Operation): readonly Refusal[] {
  const isUnsafe = method !== 'GET';
  const queries = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const [, word = ''] = /\/([a-z-]+)\/\{id\}/.exec(path) ?? [];
  const kinds: readonly (readonly [boolean, readonly Refusal[]])[] = [
    [true, OF_KIND.every],
    [operation['x-action'] !== undefined, OF_KIND.known],
    [(operation.security ?? []).some((one) => 'bearer' in one), OF_KIND.withKey],
    [isUnsafe, OF_KIND.unsafe],
    [operation.requestBody !== undefined || queries.length > 0, OF_KIND.withInput],
    [queries.some(({ name }) => name === 'cursor'), OF_KIND.list],
    [operation['x-idempotency']?.taken === true, OF_KIND.repeatable],
    [word in NOT_FOUND, [NOT_FOUND[word]].filter((one) => one !== undefined)],
  ];
  const ofKinds = kinds.flatMap(([applies, refusals]) => (applies ? refusals : []));
  return [...ofKinds, ...(OF_ROUTE[`${method} ${path}`] ?? [])];
}

function problemFrom(refusal: Refusal): Problem {
  return problemOf(metBy(refusal), 'en', REQUEST_ID);
}

/** Some refusals are made, others are thrown by the check that makes them. */
function metBy(refusal: Refusal): AppError {
  try {
    const made = refusal();
    if (made instanceof AppError) return made;
  } catch (error) {
    return asAppError(error);
  }
  throw new AppError('bug', 'refusal_without_error');
}
