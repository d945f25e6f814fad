import { AppError } from '@app/kernel';
import { asAppError, problemOf } from './problem';
import { ruleText } from './rule-texts';
import { TEXTS } from './texts';

describe('problemOf', () => {
  it('prefers the text of the error, and keeps standard members from being replaced', () => {
    const error = new AppError('conflict', 'email_taken', {
      message: { en: 'Taken.', zh: '已占用。' },
      detail: { status: 200, type: 'x', hint: 7 },
    });
    expect(problemOf(error, 'zh', 'req_1')).toEqual({
      type: 'urn:wpg:problem:email_taken',
      title: '与当前状态冲突',
      status: 409,
      detail: '已占用。',
      code: 'email_taken',
      requestId: 'req_1',
      hint: 7,
    });
  });

  it('says nothing about bugs', () => {
    const error = new AppError('bug', 'config_not_loaded', {
      message: { en: 'inner', zh: '内部' },
      detail: { config: 'Secret' },
    });
    const problem = problemOf(error, 'en', 'req_1');
    expect(problem).toMatchObject({ status: 500, code: 'internal_error', detail: TEXTS['internal_error']!.en });
    expect(JSON.stringify(problem)).not.toMatch(/inner|Secret/);
  });

  it('falls back to the title of the kind', () => {
    expect(problemOf(new AppError('upstream', 'new_code'), 'zh', 'req_1')).toMatchObject({
      status: 502,
      detail: '微信返回异常',
    });
  });
});

describe('asAppError', () => {
  it('knows a database that is away', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(asAppError(error)).toMatchObject({ kind: 'unavailable', code: 'database_unavailable' });
  });

  it.each([new TypeError('x'), 'text', undefined, null])('takes %p for a bug', (thrown) => {
    expect(asAppError(thrown)).toMatchObject({ kind: 'bug', code: 'internal_error' });
  });
});

describe('ruleText', () => {
  it.each([
    [
      'maxLength',
      'name must be shorter than or equal to 120 characters',
      'must be shorter than or equal to 120 characters',
      '最多 120 个字符',
    ],
    [
      'isIn',
      'name must be one of the following values: a, b',
      'must be one of the following values: a, b',
      '必须是下列值之一：a, b',
    ],
    ['whitelistValidation', 'property name should not exist', 'unknown field', '未知字段'],
    ['matches', 'name must match /^x$/ regular expression', 'does not have the right form', '格式不正确'],
    ['matches', 'name is a day such as 2026-01-31', 'is a day such as 2026-01-31', '格式不正确'],
    ['isDay', 'a day such as 2026-01-31|形如 2026-01-31 的日期', 'a day such as 2026-01-31', '形如 2026-01-31 的日期'],
    ['unheardOf', 'name is odd', 'is odd', 'is odd'],
  ])('%s: %s', (rule, message, en, zh) => {
    expect(ruleText(rule, message, 'name')).toEqual({ en, zh });
  });
});
