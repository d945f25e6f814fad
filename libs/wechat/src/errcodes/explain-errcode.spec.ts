import { type ErrcodeClass } from './errcode';
import { ERRCODES, explainErrcode } from './explain-errcode';

/** What WeChat's pages of return codes say about the calls we make, by the class we put them in. */
const EXPECTED: Readonly<Record<ErrcodeClass, readonly number[]>> = {
  retry_soon: [-1],
  refresh_credential: [40001, 40014, 40094, 42001, 42002, 42006, 61023],
  wait_for_data: [61503],
  quota_wait: [45009, 45011, 45102, 45501, 48006, 89506, 89507],
  permission_lost: [48001, 48004, 50001, 50002, 50003, 50004, 50007, 61007, 61016, 61017, 61502],
  authorization_revoked: [42007, 61003],
  platform_misconfigured: [
    40090, 40091, 40125, 40164, 40243, 45035, 61000, 61001, 61002, 61004, 61005, 61006, 61011, 61028, 61029, 89501,
    89502, 89503, 89504, 89505,
  ],
  caller_error: [
    40003, 40013, 40033, 40066, 40097, 40170, 41001, 41002, 41003, 41004, 41018, 41021, 43001, 43002, 43003, 44002,
    45002, 45015, 45047, 47001, 47002, 48003, 48005, 48008, 49001, 50005, 61008, 61009, 61010, 61012, 61013, 61014,
    61015, 61018, 61019, 61020, 61021, 61022, 61024, 61025, 61026, 61027, 61030, 61500, 61501, 76003, 76021, 76022,
  ],
  unknown: [0],
};
const expected = Object.entries(EXPECTED).flatMap(([cls, codes]) => codes.map((code): [number, string] => [code, cls]));

describe('the catalogue', () => {
  it('holds every code once', () => {
    const codes = ERRCODES.map((entry) => entry.code).toSorted((a, b) => a - b);
    expect(codes).toEqual(expected.map(([code]) => code).toSorted((a, b) => a - b));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(expected)('%i is %s on an account call', (code, cls) => {
    expect(explainErrcode(code, 'authorizer')).toMatchObject({ code, class: cls });
  });

  it.each(ERRCODES.map((entry) => [entry.code, entry] as const))('%i speaks both languages', (_code, entry) => {
    for (const { en, zh } of [entry.meaning, entry.action]) {
      expect(en).toMatch(/^[A-Z][\s\S]{5,}\.$/);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(zh).toMatch(/。$/);
      expect(zh).not.toMatch(/[,;:?!]/);
    }
  });

  it.each(ERRCODES.filter((entry) => entry.class === 'quota_wait'))('$code says how long to wait', (entry) => {
    expect(entry.pause).toBeDefined();
  });
});

describe('explainErrcode', () => {
  it('knows that a component call means the platform', () => {
    expect(explainErrcode(40013, 'component').class).toBe('platform_misconfigured');
    expect(explainErrcode(48001, 'component').class).toBe('platform_misconfigured');
    expect(explainErrcode(40001, 'component').class).toBe('refresh_credential');
  });

  it('knows that no token can be refreshed where the AppSecret itself was refused', () => {
    for (const code of [40001, 40014, 40094, 42001, 42006]) {
      expect(explainErrcode(code, 'secret').class).toBe('platform_misconfigured');
    }
  });

  it.each([99999, 1, -2, 1.5, Number.NaN])('calls %d unknown', (code) => {
    const entry = explainErrcode(code, 'authorizer');
    expect(entry.class).toBe('unknown');
    expect(entry.meaning.en).toContain(String(code));
    expect(entry.meaning.zh).toContain(String(code));
  });
});
