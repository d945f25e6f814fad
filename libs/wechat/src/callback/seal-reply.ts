import { AppError } from '@app/kernel';
import { cdata } from './flat-xml';
import { aesKey, encryptMessage } from './message-cipher';
import { type CallbackKeys } from './open-callback';
import { signMessage } from './signature';

export interface Reply {
  /** The plain XML of the passive reply. */
  readonly xml: string;
  /** Unix seconds, chosen by us. */
  readonly timestamp: string;
  /** Copied from the push's URL. */
  readonly nonce: string;
  /** 16 bytes; random when absent. Given only to reproduce a published example. */
  readonly random?: Buffer;
}

export interface SealedReply {
  readonly encrypt: string;
  readonly msgSignature: string;
  /** The HTTP body. */
  readonly body: string;
}

/**
 * Encrypts and signs a passive reply to an account's message with the current token and key (the first of each list).
 * Authorization events are not answered like this: they want the bare word `success`. Source: message_push.html.
 */
export function sealReply(keys: CallbackKeys, reply: Reply): SealedReply {
  const [token] = keys.tokens;
  const [encodingAesKey] = keys.encodingAesKeys;
  if (!token || !encodingAesKey) throw new AppError('bug', 'callback_keys_missing');
  const message = Buffer.from(reply.xml, 'utf8');
  const sealed = encryptMessage(message, aesKey(encodingAesKey), keys.componentAppid, reply.random);
  const encrypt = sealed.toString('base64');
  const msgSignature = signMessage(token, reply.timestamp, reply.nonce, encrypt);
  const body =
    `<xml><Encrypt>${cdata(encrypt)}</Encrypt><MsgSignature>${cdata(msgSignature)}</MsgSignature>` +
    `<TimeStamp>${reply.timestamp}</TimeStamp><Nonce>${cdata(reply.nonce)}</Nonce></xml>`;
  return { encrypt, msgSignature, body };
}
