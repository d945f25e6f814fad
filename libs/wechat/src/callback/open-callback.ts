import { AppError, type Secret } from '@app/kernel';
import { CallbackError } from './callback-error';
import { MAX_XML_BYTES, parseFlatXml } from './flat-xml';
import { aesKey, type CipherRefusal, decryptMessage, isCipherLength } from './message-cipher';
import { isSameSignature, signMessage } from './signature';

/** What a platform's pushes are checked with. In both lists the current one comes first, then the previous one. */
export interface CallbackKeys {
  readonly componentAppid: string;
  readonly tokens: readonly Secret[];
  readonly encodingAesKeys: readonly Secret[];
}

/** The query of a push. `signature` is no part of it: it does not cover the body and proves nothing. */
export interface CallbackQuery {
  readonly timestamp: string;
  readonly nonce: string;
  readonly msgSignature: string;
}

export interface OpenedCallback {
  /** The decrypted message, byte for byte. Holds tickets and codes in clear: seal it before it is stored. */
  readonly xml: string;
  /** Its fields. Elements that hold elements are left out. */
  readonly fields: ReadonlyMap<string, string>;
  /** Which of `encodingAesKeys` opened it; 1 means that WeChat still uses the previous key. */
  readonly keyIndex: number;
}

const RANK: Readonly<Record<CipherRefusal, number>> = { padding_invalid: 0, truncated: 1, appid_mismatch: 2 };

/**
 * Checks and decrypts a push to the authorization-event URL or the message-and-event URL (safe mode, XML).
 * Throws CallbackError and, for a key that is not an EncodingAESKey, `encoding_aes_key_invalid`.
 * Replays are not detected: the same push opens twice. Source: message_push.html.
 */
export function openCallback(keys: CallbackKeys, query: CallbackQuery, body: Buffer): OpenedCallback {
  if (!query.timestamp || !query.nonce || !query.msgSignature) {
    throw new CallbackError('signature_missing');
  }
  const envelope = readEnvelope(body);
  const encrypt = envelope.get('Encrypt');
  if (encrypt === undefined || encrypt === '') throw new CallbackError('envelope_invalid', { field: 'Encrypt' });
  if (!isSigned(keys.tokens, query, encrypt)) throw new CallbackError('signature_mismatch');
  requireOwnAppid(keys, envelope);

  const { message, keyIndex } = decrypt(keys, encrypt);
  const xml = decodeUtf8(message);
  if (xml === null) throw new CallbackError('xml_invalid', { fault: 'not_utf8' });
  const fields = parseFlatXml(xml, { nested: 'skip' });
  // In a message, AppId is the mini program of a card (MsgType miniprogrampage), not the platform.
  if (fields.has('InfoType') || !fields.has('MsgType')) requireOwnAppid(keys, fields);
  return { xml, fields, keyIndex };
}

function readEnvelope(body: Buffer): ReadonlyMap<string, string> {
  const xml = body.length > MAX_XML_BYTES ? null : decodeUtf8(body);
  if (xml === null) throw new CallbackError('envelope_invalid');
  try {
    return parseFlatXml(xml);
  } catch (error) {
    if (error instanceof CallbackError) throw new CallbackError('envelope_invalid', error.detail);
    throw error;
  }
}

function isSigned(tokens: readonly Secret[], query: CallbackQuery, encrypt: string): boolean {
  let signed = false;
  for (const token of tokens) {
    const expected = signMessage(token, query.timestamp, query.nonce, encrypt);
    // An empty token would let anyone sign.
    if (isSameSignature(expected, query.msgSignature) && token.reveal() !== '') signed = true;
  }
  return signed;
}

function requireOwnAppid(keys: CallbackKeys, fields: ReadonlyMap<string, string>): void {
  const appid = fields.get('AppId');
  if (appid !== undefined && appid !== keys.componentAppid) throw new CallbackError('appid_mismatch');
}

function decrypt(keys: CallbackKeys, encrypt: string): { message: Buffer; keyIndex: number } {
  const ciphertext = Buffer.from(encrypt, 'base64');
  // Node's decoder skips what it does not know; encoding back shows whether anything was skipped.
  if (ciphertext.toString('base64') !== encrypt) throw new CallbackError('not_base64');
  if (!isCipherLength(ciphertext.length)) throw new CallbackError('length_invalid');
  let refusal: CipherRefusal | null = null;
  for (const [keyIndex, key] of keys.encodingAesKeys.entries()) {
    const opened = decryptMessage(ciphertext, aesKey(key), keys.componentAppid);
    if (typeof opened !== 'string') return { message: opened, keyIndex };
    // The wrong key fails at the padding; the key that came furthest tells what is really wrong.
    if (refusal === null || RANK[opened] > RANK[refusal]) refusal = opened;
  }
  if (refusal === null) throw new AppError('bug', 'encoding_aes_key_invalid');
  throw new CallbackError(refusal);
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
