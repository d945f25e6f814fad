import { arrivalVerdict } from './departure-policy';

describe('arrivalVerdict', () => {
  const leftAt = new Date('2026-03-10T02:00:00.500Z');
  const later = new Date('2026-03-10T02:00:01.000Z');

  it.each([
    ['through an invite, whenever', { isInvited: true, isNew: false, at: null }, 'invited'],
    ['a new authorization since', { isInvited: false, isNew: true, at: later }, 'authorized_since'],
  ])('admits %s', (_what, arrival, because) => {
    expect(arrivalVerdict(leftAt, arrival)).toEqual({ admitted: true, because });
  });

  it.each([
    ['a change of the old one', { isInvited: false, isNew: false, at: later }],
    ['an authorization of before', { isInvited: false, isNew: true, at: new Date('2026-03-10T02:00:00Z') }],
    ['one of an unknown time', { isInvited: false, isNew: true, at: null }],
  ])('does not admit %s', (_what, arrival) => {
    expect(arrivalVerdict(leftAt, arrival)).toEqual({ admitted: false, because: 'merchant_left' });
  });
});
