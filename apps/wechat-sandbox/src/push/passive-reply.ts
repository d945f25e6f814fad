import { decryptPush, pushSignature } from '../crypto/push-cipher';
import { type Platform } from '../state/model';

/** The text of an element, with or without CDATA; null when it is not there. */
function field(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`).exec(xml);
  return found === null ? null : (found[1] ?? found[2] ?? '');
}

/** Why WeChat would not deliver this body as a text from `from` to `to`; null when it says exactly `content`. */
export function replyFault(
  platform: Platform,
  body: string,
  wanted: { readonly to: string; readonly from: string; readonly content: string },
): string | null {
  const encrypted = field(body, 'Encrypt');
  if (encrypted === null) return body === '' ? 'empty body' : 'not an encrypted reply';
  const signed = pushSignature(platform.token, field(body, 'TimeStamp') ?? '', field(body, 'Nonce') ?? '', encrypted);
  if (signed !== field(body, 'MsgSignature')) return 'MsgSignature does not fit';
  let opened: ReturnType<typeof decryptPush>;
  try {
    opened = decryptPush(platform.encodingAesKey, encrypted);
  } catch {
    return 'cannot be decrypted';
  }
  if (opened.appid !== platform.appid) return 'sealed for another platform';
  const rules: readonly [string, string][] = [
    ['ToUserName', wanted.to],
    ['FromUserName', wanted.from],
    ['MsgType', 'text'],
    ['Content', wanted.content],
  ];
  const wrong = rules.find(([name, value]) => field(opened.message, name) !== value);
  if (wrong !== undefined) return `${wrong[0]} is not ${wrong[1]}`;
  return /^\d+$/.test(field(opened.message, 'CreateTime') ?? '') ? null : 'CreateTime is no number';
}
