import { AppError } from '@app/kernel';
import { BadRequestException } from '@nestjs/common';
import { afterFailure, claimVerdict, type KnownRequest } from './idempotency-policy';

const RUNNING: KnownRequest = {
  ...{ isExpired: false, isSame: true, isAnswered: false },
  ...{ isLeased: true, hasWorked: false },
};

describe('claimVerdict', () => {
  it.each<[string, Partial<KnownRequest>, object]>([
    ['runs', {}, { act: 'refuse', because: 'running' }],
    ['runs and committed something', { hasWorked: true }, { act: 'refuse', because: 'running' }],
    ['is answered', { isAnswered: true, isLeased: false, hasWorked: true }, { act: 'replay' }],
    ['died before it did anything', { isLeased: false }, { act: 'take_over' }],
    ['died after its work', { isLeased: false, hasWorked: true }, { act: 'refuse', because: 'answer_lost' }],
    ['was another', { isSame: false }, { act: 'refuse', because: 'other_request' }],
    ['was another, answered', { isSame: false, isAnswered: true }, { act: 'refuse', because: 'other_request' }],
    ['is long over', { isExpired: true, isSame: false, isAnswered: true }, { act: 'start_anew' }],
  ])('knows what to do when the first request %s', (_name, change, verdict) => {
    expect(claimVerdict({ ...RUNNING, ...change })).toEqual(verdict);
  });
});

describe('afterFailure', () => {
  it.each([
    'invalid',
    'unauthenticated',
    'denied',
    'not_found',
    'conflict',
    'limited',
    'upstream',
    'unavailable',
  ] as const)('frees the key of what was refused as %s', (kind) => {
    expect(afterFailure(new AppError(kind, 'x'))).toBe('forget');
  });

  it('frees the key of what the framework refused', () => {
    expect(afterFailure(new BadRequestException())).toBe('forget');
  });

  it.each([new AppError('unavailable', 'database_unavailable'), new AppError('bug', 'x'), new Error('x'), undefined])(
    'keeps the key of work that may be done after %p',
    (error) => {
      expect(afterFailure(error)).toBe('forget_unless_worked');
    },
  );
});
