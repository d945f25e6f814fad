import { newRecoveryCodes, recoveryDigest } from './recovery-codes';

it('are ten, differ, and are known however they are written', () => {
  const codes = newRecoveryCodes().map((code) => code.reveal());
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(code).toMatch(/^([0-9a-f]{5}-){3}[0-9a-f]{5}$/);
    const digest = recoveryDigest(code);
    for (const written of [code.toUpperCase(), code.replaceAll('-', ' '), ` ${code.replaceAll('-', '')} `])
      expect(recoveryDigest(written)).toEqual(digest);
  }
});

it.each(['', '123456', '1f3a0-9bc4d-07e21', '1f3a0-9bc4d-07e21-5a68g'])('%j is none', (code) => {
  expect(recoveryDigest(code)).toBeNull();
});
