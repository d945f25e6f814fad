import { type Finding } from '../doctor/finding';

const CHINESE = /[\u4e00-\u9fff]/;

/** `<code> <level>` of a finding whose texts are there in both languages, each in its own. */
export function brief(found: Finding): string {
  for (const text of [found.what, found.why, ...(found.action ? [found.action] : [])]) {
    expect([
      text.en,
      CHINESE.test(
        text.en.replace(/[一-鿿 ]+ (IP )?地址列表|消息校验 Token|消息加解密 Key|管理中心 → 第三方平台/g, ''),
      ),
    ]).toEqual([text.en, false]);
    expect([text.zh, CHINESE.test(text.zh)]).toEqual([text.zh, true]);
    expect(`${text.en}${text.zh}`).not.toMatch(/undefined|null|NaN|\[object/);
  }
  // Whatever is not well says what to do, and a code belongs to its check.
  if (found.level !== 'ok' && found.level !== 'notice') expect(found.action).not.toBeNull();
  expect(found.code.startsWith(found.check)).toBe(true);
  return `${found.code} ${found.level}`;
}
