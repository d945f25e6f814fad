import { Secret } from '@app/kernel';
import { newTotpSecret, stepOf, totpAddress } from './totp';

// RFC 6238, appendix B: the ASCII text 12345678901234567890, codes of eight digits, of which an app shows the last six.
const RFC = new Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');

it.each([
  [59, '287082', 1],
  [1_111_111_109, '081804', 37_037_036],
  [1_111_111_111, '050471', 37_037_037],
  [1_234_567_890, '005924', 41_152_263],
  [2_000_000_000, '279037', 66_666_666],
])('knows the code of RFC 6238 at %d s', (second, code, step) => {
  const at = (offset: number): Date => new Date((second + offset) * 1_000);
  expect(stepOf(code, RFC, at(0))).toBe(step);
  expect([stepOf(code, RFC, at(-30)), stepOf(code, RFC, at(30))]).toEqual([step, step]);
  expect([stepOf(code, RFC, at(-90)), stepOf(code, RFC, at(90))]).toEqual([null, null]);
});

it.each(['', '28708', '2870820', '28708a', ' 287082', '２８７０８２'])('takes %j for no code', (code) => {
  expect(stepOf(code, RFC, new Date(59_000))).toBeNull();
});

it('tells an app all it needs', () => {
  const secret = newTotpSecret();
  expect(secret.reveal()).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret().reveal()).not.toBe(secret.reveal());
  const url = new URL(totpAddress(secret, 'a+b@x.cn').reveal());
  expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
    ...['otpauth:', 'totp', '/WeChat Platform Gateway:a+b@x.cn'],
  ]);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    ...{ secret: secret.reveal(), issuer: 'WeChat Platform Gateway', digits: '6', period: '30', algorithm: 'SHA1' },
  });
});
