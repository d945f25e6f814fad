import { fingerprintOf, keyOf } from './repeat-policy';

const reach = { host: false, providerIds: ['prv_1', 'prv_2'], merchantIds: [] };

describe('keyOf', () => {
  it('reads a key in quotes and without as the same', () => {
    expect(keyOf('"8e03978e-40d5-43e8-bc93-6894a57f9324"')).toBe('8e03978e-40d5-43e8-bc93-6894a57f9324');
    expect(keyOf('8e03978e-40d5-43e8-bc93-6894a57f9324')).toBe('8e03978e-40d5-43e8-bc93-6894a57f9324');
    expect(keyOf(undefined)).toBeNull();
    expect(keyOf('x'.repeat(128))).toHaveLength(128);
  });

  it.each(['', '""', '"', 'a b', '"a', 'a, b', '"a", "b"', 'ключ', 'a;b=1', 'x'.repeat(129), 'a\\b', 'a\u0000'])(
    'refuses %j',
    (header) => {
      expect(() => keyOf(header)).toThrow(expect.objectContaining({ code: 'idempotency_key_malformed' }));
    },
  );

  it('refuses two keys', () => {
    expect(() => keyOf(['a', 'b'])).toThrow(expect.objectContaining({ code: 'idempotency_key_malformed' }));
  });
});

describe('fingerprintOf', () => {
  const one = { url: '/api/v1/fetches', body: { a: 1, b: { c: [1, 2], d: null } }, reach };

  it('is the same for the same request, written otherwise', () => {
    const other = { ...one, body: { b: { d: null, c: [1, 2] }, a: 1 } };
    const roles = { ...reach, providerIds: ['prv_2', 'prv_1'] };
    expect(fingerprintOf(other)).toBe(fingerprintOf(one));
    expect(fingerprintOf({ ...one, reach: roles })).toBe(fingerprintOf(one));
    expect(fingerprintOf({ ...one, body: undefined })).toBe(fingerprintOf({ ...one, body: null }));
  });

  it.each([
    { url: '/api/v1/fetches?x' },
    { body: { a: 1, b: { c: [2, 1], d: null } } },
    { body: { a: '1', b: { c: [1, 2], d: null } } },
    { body: { a: 1, b: [['c', [1, 2]]] } },
    { reach: { ...reach, providerIds: ['prv_1'] } },
    { reach: { ...reach, host: true } },
    { reach: { ...reach, accountIds: [] } },
  ])('differs for %j', (change) => {
    expect(fingerprintOf({ ...one, ...change })).not.toBe(fingerprintOf(one));
  });
});
