import { newId, newToken } from './ids';

describe('ids', () => {
  it('have their prefix, one length and no two alike', () => {
    const ids = Array.from({ length: 1_000 }, () => newId('mer'));
    expect(ids.every((id) => /^mer_[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(1_000);
  });

  it('sort by the time they were made', async () => {
    const first = newId('fet');
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect(newId('fet') > first).toBe(true);
  });

  it('tokens are 256 bits in base64url', () => {
    expect(newToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
