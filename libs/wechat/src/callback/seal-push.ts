import { AppError } from '@app/kernel';
import { cdata } from './flat-xml';
import { aesKey, encryptMessage } from './message-cipher';
import { type CallbackKeys } from './open-callback';
import { signMessage } from './signature';

export interface SealedPush {
  /** Of the push's URL, without `?`. */
  readonly query: string;
  /** The HTTP body. */
  readonly body: string;
}

/**
 * A push as WeChat sends it to the authorization-event URL, sealed with the current token and key (the first of each
 * list): to see whether such a push arrives. Source: message_push.html.
 * @param push `timestamp` in Unix seconds, `nonce` of letters and digits
 */
export function sealPush(
  keys: CallbackKeys,
  push: { readonly xml: string; readonly timestamp: number; readonly nonce: string },
): SealedPush {
  const [token] = keys.tokens;
  const [encodingAesKey] = keys.encodingAesKeys;
  if (!token || !encodingAesKey) throw new AppError('bug', 'callback_keys_missing');
  const sealed = encryptMessage(Buffer.from(push.xml, 'utf8'), aesKey(encodingAesKey), keys.componentAppid);
  const encrypt = sealed.toString('base64');
  const timestamp = String(push.timestamp);
  const query = new URLSearchParams({
    timestamp,
    nonce: push.nonce,
    encrypt_type: 'aes',
    msg_signature: signMessage(token, timestamp, push.nonce, encrypt),
  });
  const body = `<xml><AppId>${cdata(keys.componentAppid)}</AppId><Encrypt>${cdata(encrypt)}</Encrypt></xml>`;
  return { query: query.toString(), body };
}
