import { Secret } from '@app/kernel';
import { encryptMessage, aesKey } from '../callback/message-cipher';
import { type CallbackKeys, type CallbackQuery } from '../callback/open-callback';
import { signMessage } from '../callback/signature';

export const APPID = 'wx134c8103faa5a59e';
export const TOKEN = 'callbacktoken';
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
export const OTHER_AES_KEY = 'QDG6eKQDG6eKQDG6eKQDG6eKQDG6eKQDG6eKQDG6eKa';

/** Fixed, so that what the wrong key makes of a push is the same in every run. */
const RANDOM = Buffer.alloc(16, 'r');

export function keysWith(overrides: { tokens?: string[]; aesKeys?: string[]; appid?: string } = {}): CallbackKeys {
  return {
    componentAppid: overrides.appid ?? APPID,
    tokens: (overrides.tokens ?? [TOKEN]).map((token) => new Secret(token)),
    encodingAesKeys: (overrides.aesKeys ?? [AES_KEY]).map((key) => new Secret(key)),
  };
}

/** A push as WeChat sends it. Where `encrypt` is given it is signed as it stands. */
export function push(
  message: string | Buffer,
  overrides: { encrypt?: string; token?: string; aesKey?: string; tailAppid?: string; envelope?: string } = {},
): { query: CallbackQuery; body: Buffer } {
  const key = aesKey(new Secret(overrides.aesKey ?? AES_KEY));
  const sealed = encryptMessage(Buffer.from(message), key, overrides.tailAppid ?? APPID, RANDOM);
  return signedPush(overrides.encrypt ?? sealed.toString('base64'), overrides);
}

export function signedPush(
  encrypt: string,
  overrides: { token?: string; envelope?: string } = {},
): { query: CallbackQuery; body: Buffer } {
  const timestamp = '1413192605';
  const nonce = '100200300';
  const msgSignature = signMessage(new Secret(overrides.token ?? TOKEN), timestamp, nonce, encrypt);
  const beside = overrides.envelope ?? `<AppId><![CDATA[${APPID}]]></AppId>`;
  const body = Buffer.from(`<xml>${beside}<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`);
  return { query: { timestamp, nonce, msgSignature }, body };
}

export const TICKET_XML =
  `<xml><AppId><![CDATA[${APPID}]]></AppId>\n<CreateTime>1413192605</CreateTime>\n` +
  '<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n' +
  '<ComponentVerifyTicket><![CDATA[ticket@@@T]]></ComponentVerifyTicket>\n</xml>';
